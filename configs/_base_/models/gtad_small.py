# G-TAD for few short videos, whose proposals are of any class: in windows of
# 128 steps, with times where they are.
_base_ = './gtad.py'

block = dict(hidden_channels=64, groups=16)
model = dict(
    window_size=128,
    ignored_rest=0,
    backbone=dict(channels=128, input_groups=1, block=block),
    head=dict(
        map_channels=128,
        hidden_channels=64,
        block=block,
        target_maker=dict(whole_frame_origin=False),
        post_processor=dict(
            too_long=None,
            bounds_at='edges',
            keep_beyond_end=False,
            decimals=None,
            score_fusion=None)))
