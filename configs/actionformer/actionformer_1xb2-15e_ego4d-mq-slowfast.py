_base_ = [
    '../_base_/default_runtime.py',
    '../_base_/datasets/ego4d_mq_slowfast.py',
    '../_base_/models/actionformer_ego4d_mq.py',
    '../_base_/schedules/adamw_warmup_cosine.py'
]

# one pyramid level less than with the other features
model = dict(
    backbone=dict(in_channels=2304, arch=(2, 2, 6)),
    neck=dict(num_levels=7),
    head=dict(
        point_generator=dict(
            regression_ranges=[(0, 4), (2, 8), (4, 16), (8, 32), (16, 64),
                               (32, 128), (64, 10000)])))

train_cfg = dict(max_epochs=15)
