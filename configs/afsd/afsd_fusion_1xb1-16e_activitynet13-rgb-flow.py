# AFSD on RGB and optical flow of ActivityNet-1.3, in testing: what the paper
# reports. Of 16 epochs, the authors' RGB is of the 10th and flow of the 6th.
_base_ = [
    '../_base_/default_runtime.py',
    '../_base_/datasets/activitynet13_rgb_flow_clips.py',
    '../_base_/models/afsd_activitynet13.py',
    '../_base_/schedules/adam_16e_slow_backbone.py'
]

head = dict(_base_.model['head'], num_classes=_base_.num_classes)
process = head['post_processor']
model = dict(
    _delete_=True,
    type='TwoStreamAFSD',
    channels=dict(rgb=3, flow=2),
    localizer=dict(_base_.model, head=head),
    fusion='segments',
    post_processor=dict(
        process,
        score_threshold=0.0,
        nms=dict(process['nms'], min_score=1e-18)))
