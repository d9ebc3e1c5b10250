_base_ = [
    '../_base_/standardized_runtime.py',
    '../_base_/datasets/gesture_features.py',
    '../_base_/models/actionformer_small.py',
    '../_base_/schedules/adamw_warmup_cosine_20e.py'
]

model = dict(
    max_seq_len=384,
    data_preprocessor=dict(type='FeatureStandardizer', channels=30),
    backbone=dict(in_channels=30, max_seq_len=384),
    head=dict(num_classes=11))
