# AFSD on THUMOS14's videos: the authors' setting.
# Of 16 epochs the authors report that after the 15th, and fuse it with flow.
_base_ = [
    '../_base_/default_runtime.py',
    '../_base_/datasets/thumos14_clips.py',
    '../_base_/models/afsd.py',
    '../_base_/schedules/adam_16e.py'
]

model = dict(head=dict(num_classes=_base_.num_classes))
