# ActionFormer for few short videos.
_base_ = './actionformer.py'

model = dict(
    backbone=dict(channels=128, arch=(2, 2, 4), window=9),
    head=dict(
        channels=128,
        point_generator=dict(
            regression_ranges=[(0, 4), (4, 8), (8, 16), (16, 32),
                               (32, 10000)])))
