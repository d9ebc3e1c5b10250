# BMN for few short videos, whose proposals are of any class: in windows of
# 128 steps, as wide as BSN++ and G-TAD are there, and with as long proposals.
_base_ = './bmn.py'

model = dict(
    window_size=128,
    head=dict(
        num_durations=64,
        sequence_channels=128,
        map_channels=128,
        channels=64,
        target_maker=dict(cut_boundaries=False),
        post_processor=dict(nms=dict(max_proposals=200))))
