# ActionFormer on open suturing, hand sensors: our setting for few short
# videos.
# Written by tools/dev/make_configs.py: change its table instead.
_base_ = [
    '../_base_/standardized_runtime.py',
    '../_base_/datasets/vts_features.py',
    '../_base_/models/actionformer_small.py',
    '../_base_/schedules/adamw_warmup_cosine_20e.py'
]

model = dict(
    data_preprocessor=dict(
        type='FeatureStandardizer', channels=_base_.feature_channels),
    max_seq_len=_base_.max_seq_len,
    backbone=dict(in_channels=_base_.feature_channels),
    head=dict(num_classes=_base_.num_classes))
train_cfg = dict(max_epochs=10)
param_scheduler = dict(warmup=2)
