# AFSD on optical flow of THUMOS14: the authors' setting.
# Of 16 epochs the authors report the last, and fuse it with RGB.
_base_ = [
    '../_base_/default_runtime.py',
    '../_base_/datasets/thumos14_flow_clips.py',
    '../_base_/models/afsd_flow.py',
    '../_base_/schedules/adam_16e.py'
]

model = dict(head=dict(num_classes=_base_.num_classes))
