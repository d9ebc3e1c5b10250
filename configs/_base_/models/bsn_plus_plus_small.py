# BSN++ for few short videos, whose proposals are of any class: in windows of
# 128 steps, which are not read backward: it costs on three sets
# (docs/results.md).
_base_ = './bsn_plus_plus.py'

model = dict(
    window_size=128,
    backbone=dict(channels=128),
    head=dict(
        boundaries=dict(channels=64),
        read_backward=False,
        relation=dict(sequence_channels=64, map_channels=128, channels=64),
        post_processor=dict(score_fusion=None)))
