_base_ = [
    '../_base_/default_runtime.py',
    '../_base_/datasets/ego4d_mq_combined.py',
    '../_base_/models/actionformer_ego4d_mq.py',
    '../_base_/schedules/adamw_warmup_cosine.py'
]

# Of the two settings in the history of the authors' repository, the later one;
# the earlier has a pyramid level less and projects to 384, 384 and 256.
channels = 1024
model = dict(
    backbone=dict(
        in_channels=[2304, 1536, 256],
        proj_channels=[256, 384, 384],
        channels=channels,
        num_heads=16),
    neck=dict(channels=channels),
    head=dict(in_channels=channels, channels=channels))

train_cfg = dict(max_epochs=15)
