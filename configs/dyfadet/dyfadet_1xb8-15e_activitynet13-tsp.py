# DyFADet on ActivityNet-1.3, TSP features: the authors' setting.
# Written by tools/dev/make_configs.py: change its table instead.
# The authors name the classes by another classifier,
# new_3ensemble_uniformerv2_large_only_global_anet_16x10x3.json.
_base_ = [
    '../_base_/default_runtime.py',
    '../_base_/datasets/activitynet13_tsp_tridet.py',
    '../_base_/models/dyfadet_activitynet13.py',
    '../_base_/schedules/adamw_warmup_cosine.py'
]

model = dict(
    max_seq_len=_base_.max_seq_len,
    backbone=dict(in_channels=_base_.feature_channels),
    head=dict(num_classes=_base_.num_classes))
train_cfg = dict(max_epochs=15)
optim_wrapper = dict(
    optimizer=dict(lr=0.0005), clip_grad=dict(max_norm=0.4))
train_dataloader = dict(batch_size=8)
param_scheduler = dict(eta_min=5e-05)
auto_scale_lr = dict(base_batch_size=8)
