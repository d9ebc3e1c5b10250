_base_ = [
    '../_base_/default_runtime.py',
    '../_base_/datasets/ego4d_mq_egovlp.py',
    '../_base_/models/actionformer_ego4d_mq.py',
    '../_base_/schedules/adamw_warmup_cosine.py'
]

channels = 384
model = dict(
    backbone=dict(in_channels=256, channels=channels),
    neck=dict(channels=channels),
    head=dict(in_channels=channels, channels=channels))

train_cfg = dict(max_epochs=15)
