# A template: ActionFormer with BAPG on your own features.
_base_ = [
    '../_base_/default_runtime.py',
    '../_base_/datasets/custom_features.py',  # CHANGE to your copy of it
    '../_base_/models/actionformer.py',
    '../_base_/schedules/adamw_warmup_cosine.py',
    '../_base_/bapg/bapg.py'  # leave this line out for the host alone
]

model = dict(
    max_seq_len=_base_.max_seq_len,
    backbone=dict(in_channels=_base_.feature_channels),
    head=dict(num_classes=_base_.num_classes))
bapg = dict(
    clustering=dict(embeddings=_base_.data_root + 'embeddings'))
