# DyFADet for few short videos.
_base_ = './dyfadet.py'

model = dict(
    head=dict(
        channels=128,
        point_generator=dict(
            regression_ranges=[(0, 4), (4, 8), (8, 16), (16, 32),
                               (32, 10000)])),
    backbone=dict(channels=128, hidden_channels=192, arch=(2, 2, 4)))
