# TemporalMaxer for few short videos; layer normalization, which does not
# depend on padding.
_base_ = './temporalmaxer.py'

model = dict(
    backbone=dict(channels=128, arch=(2, 0, 4)),
    neck=dict(num_groups=None),
    head=dict(
        channels=128,
        point_generator=dict(
            regression_ranges=[(0, 4), (4, 8), (8, 16), (16, 32),
                               (32, 10000)])))
