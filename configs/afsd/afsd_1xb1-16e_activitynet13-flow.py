# AFSD on optical flow of ActivityNet-1.3: the authors' setting.
# Of 16 epochs the authors report that after the 6th, and fuse it with RGB.
_base_ = [
    '../_base_/default_runtime.py',
    '../_base_/datasets/activitynet13_flow_clips.py',
    '../_base_/models/afsd_activitynet13_flow.py',
    '../_base_/schedules/adam_16e_slow_backbone.py'
]

model = dict(head=dict(num_classes=_base_.num_classes))
# so that the epoch which the authors report is kept
default_hooks = dict(checkpoint=dict(max_keep_ckpts=-1))
