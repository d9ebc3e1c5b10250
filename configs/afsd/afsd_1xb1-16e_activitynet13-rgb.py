# AFSD on ActivityNet-1.3's videos: the authors' setting.
# Of 16 epochs the authors report that after the 10th, and fuse it with flow.
_base_ = [
    '../_base_/default_runtime.py',
    '../_base_/datasets/activitynet13_clips.py',
    '../_base_/models/afsd_activitynet13.py',
    '../_base_/schedules/adam_16e.py'
]

weights = dict(
    type='Pretrained', checkpoint='checkpoints/rgb_imagenet.pt')
model = dict(
    backbone=dict(init_cfg=weights),
    head=dict(num_classes=_base_.num_classes))
optim_wrapper = dict(
    optimizer=dict(lr=1e-4, weight_decay=1e-4),
    paramwise_cfg=dict(custom_keys={'backbone': dict(lr_mult=0.1)}))
