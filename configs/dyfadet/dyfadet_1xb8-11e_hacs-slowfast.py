# DyFADet on HACS Segments, SlowFast features: the authors' setting.
# Written by tools/dev/make_configs.py: change its table instead.
# The authors name the classes by an external classifier.
_base_ = [
    '../_base_/default_runtime.py',
    '../_base_/datasets/hacs_slowfast.py',
    '../_base_/models/dyfadet_hacs.py',
    '../_base_/schedules/adamw_warmup_cosine.py'
]

model = dict(
    max_seq_len=_base_.max_seq_len,
    backbone=dict(in_channels=_base_.feature_channels),
    head=dict(num_classes=_base_.num_classes))
train_cfg = dict(max_epochs=11)
optim_wrapper = dict(
    optimizer=dict(lr=0.0005, weight_decay=0.025),
    clip_grad=dict(max_norm=0.5))
param_scheduler = dict(warmup=7, eta_min=0.0005)
train_dataloader = dict(batch_size=8)
auto_scale_lr = dict(base_batch_size=8)
