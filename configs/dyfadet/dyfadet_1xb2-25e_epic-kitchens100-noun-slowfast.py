# DyFADet on EPIC-KITCHENS-100 nouns, SlowFast features: the authors' setting.
# Written by tools/dev/make_configs.py: change its table instead.
_base_ = [
    '../_base_/default_runtime.py',
    '../_base_/datasets/epic_kitchens100_noun_slowfast_tridet.py',
    '../_base_/models/dyfadet_epic_kitchens100_noun.py',
    '../_base_/schedules/adamw_warmup_cosine.py'
]

model = dict(
    max_seq_len=_base_.max_seq_len,
    backbone=dict(in_channels=_base_.feature_channels),
    head=dict(
        **_base_.anchor_free_head,
        num_classes=_base_.num_classes,
        empty_classes=_base_.empty_classes))
train_cfg = dict(max_epochs=25)
optim_wrapper = dict(optimizer=dict(lr=0.0002))
param_scheduler = dict(eta_min=5e-05)
