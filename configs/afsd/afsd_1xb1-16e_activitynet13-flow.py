# AFSD on optical flow of ActivityNet-1.3: the authors' setting.
# Of 16 epochs the authors report that after the 6th, and fuse it with RGB.
_base_ = [
    '../_base_/default_runtime.py',
    '../_base_/datasets/activitynet13_flow_clips.py',
    '../_base_/models/afsd_activitynet13.py',
    '../_base_/schedules/adam_16e.py'
]

weights = dict(
    type='Pretrained', checkpoint='checkpoints/flow_imagenet.pt')
model = dict(
    backbone=dict(in_channels=2, init_cfg=weights),
    head=dict(num_classes=_base_.num_classes))
optim_wrapper = dict(
    optimizer=dict(lr=1e-4, weight_decay=1e-4),
    paramwise_cfg=dict(custom_keys={'backbone': dict(lr_mult=0.1)}))
