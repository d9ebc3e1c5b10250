# TriDet for HACS with I3D features.
_base_ = './tridet_hacs.py'

model = dict(
    input_noise=0.0,
    backbone=dict(arch=(2, 2, 6), window=15),
    head=dict(
        num_bins=12,
        point_generator=dict(
            regression_ranges=[(0, 4), (4, 8), (8, 16), (16, 32), (32, 64),
                               (64, 128), (128, 10000)])))
