# DyFADet on MultiTHUMOS, I3D features: ours, after that for THUMOS14.
# Written by tools/dev/make_configs.py: change its table instead.
_base_ = [
    '../_base_/default_runtime.py',
    '../_base_/datasets/multithumos_i3d_tridet.py',
    '../_base_/models/dyfadet_multithumos.py',
    '../_base_/schedules/adamw_warmup_cosine.py'
]

model = dict(
    max_seq_len=_base_.max_seq_len,
    backbone=dict(in_channels=_base_.feature_channels),
    head=dict(num_classes=_base_.num_classes))
train_cfg = dict(max_epochs=40)
optim_wrapper = dict(optimizer=dict(weight_decay=0.025))
param_scheduler = dict(warmup=20)
