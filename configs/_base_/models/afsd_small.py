# AFSD for few short videos and two CPU cores, from scratch: a quarter of I3D's
# widths, frames of 64 px, and batch normalization that learns. Distances begin
# at the stride of their level.
_base_ = './afsd.py'

model = dict(
    training_padding=None,
    backbone=dict(width=0.25, norm_frozen=False, init_cfg=None),
    neck=dict(in_channels=[208, 256], map_sizes=[4, 2], channels=128),
    head=dict(
        in_channels=128,
        distance_units=[4, 8, 16, 32, 64, 128],
        post_processor=dict(
            keep_beyond_end=False, nms=dict(leave_last=False))))
