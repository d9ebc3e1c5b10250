# A template: ActionFormer with BAPG on your own features.
_base_ = [
    '../_base_/default_runtime.py', '../_base_/datasets/custom_features.py',
    '../_base_/models/actionformer.py',
    '../_base_/schedules/adamw_warmup_cosine.py',
    '../_base_/bapg/bapg.py'  # leave this line out for the host alone
]

model = dict(  # CHANGE both
    backbone=dict(in_channels=2048),
    head=dict(num_classes=20))
bapg = dict(clustering=dict(embeddings='data/mine/embeddings'))
