_base_ = [
    '../_base_/default_runtime.py', '../_base_/datasets/fir_features.py',
    '../_base_/models/actionformer.py',
    '../_base_/schedules/adamw_warmup_cosine.py'
]

channels = 128
model = dict(
    max_seq_len=896,
    data_preprocessor=dict(type='FeatureStandardizer', channels=1280),
    backbone=dict(
        in_channels=1280,
        channels=channels,
        arch=(2, 2, 4),
        window=9,
        max_seq_len=896),
    neck=dict(channels=channels, num_levels=5),
    head=dict(
        num_classes=4,
        in_channels=channels,
        channels=channels,
        point_generator=dict(
            regression_ranges=[(0, 4), (4, 8), (8, 16), (16, 32),
                               (32, 10000)])))

train_cfg = dict(max_epochs=20)
optim_wrapper = dict(optimizer=dict(lr=1e-3))
param_scheduler = [
    dict(
        type='LinearLR',
        start_factor=1e-8,
        begin=0,
        end=5,
        convert_to_iter_based=True),
    dict(
        type='CosineAnnealingLR',
        eta_min=1e-8,
        begin=5,
        end=20,
        convert_to_iter_based=True)
]
# 140 iterations are too few for the usual momentum of 0.001.
custom_hooks = [
    dict(
        type='EMAHook', ema_type='ExponentialMovingAverage', momentum=0.02)
]
default_hooks = dict(
    checkpoint=dict(interval=5),
    feature_statistics=dict(type='FeatureStatisticsHook'))
