# TriDet for few short videos.
_base_ = './tridet.py'

channels = 128
model = dict(
    backbone=dict(channels=channels, hidden_channels=192, arch=(2, 2, 4)),
    neck=dict(channels=channels, num_levels=5),
    head=dict(
        in_channels=channels,
        channels=channels,
        point_generator=dict(
            regression_ranges=[(0, 4), (4, 8), (8, 16), (16, 32),
                               (32, 10000)])))
