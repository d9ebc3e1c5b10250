# ActionFormer for few short videos.
_base_ = './actionformer.py'

channels = 128
model = dict(
    backbone=dict(channels=channels, arch=(2, 2, 4), window=9),
    neck=dict(channels=channels, num_levels=5),
    head=dict(
        in_channels=channels,
        channels=channels,
        point_generator=dict(
            regression_ranges=[(0, 4), (4, 8), (8, 16), (16, 32),
                               (32, 10000)])))
