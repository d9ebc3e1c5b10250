# AFSD on RGB and optical flow of THUMOS14, in testing: what the paper reports.
# Of 16 epochs, the authors' RGB is of the 15th and their flow of the 16th.
_base_ = [
    '../_base_/default_runtime.py',
    '../_base_/datasets/thumos14_rgb_flow_clips.py',
    '../_base_/models/afsd.py',
    '../_base_/schedules/adam_16e.py'
]

head = dict(_base_.model['head'], num_classes=_base_.num_classes)
model = dict(
    _delete_=True,
    type='TwoStreamAFSD',
    channels=dict(rgb=3, flow=2),
    localizer=dict(_base_.model, head=head))
