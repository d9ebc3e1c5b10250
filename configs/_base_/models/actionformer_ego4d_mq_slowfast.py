# ActionFormer for SlowFast features of Ego4D moment queries: one pyramid level
# less than with the other features.
_base_ = './actionformer_ego4d_mq.py'

model = dict(
    backbone=dict(arch=(2, 2, 6)),
    head=dict(
        point_generator=dict(
            regression_ranges=[(0, 4), (2, 8), (4, 16), (8, 32), (16, 64),
                               (32, 128), (64, 10000)])))
