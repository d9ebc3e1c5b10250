# A template: ActionFormer on features of your own, which custom.py tells.
_base_ = [
    '../_base_/default_runtime.py',
    '../_base_/datasets/custom_features.py',
    # actionformer_small.py for few or short videos, or without a GPU
    '../_base_/models/actionformer.py',
    '../_base_/schedules/adamw_warmup_cosine.py'
]

model = dict(
    max_seq_len=_base_.max_seq_len,
    backbone=dict(in_channels=_base_.feature_channels),
    head=dict(num_classes=_base_.num_classes))
