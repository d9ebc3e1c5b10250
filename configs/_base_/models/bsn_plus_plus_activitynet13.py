# BSN++ as for ActivityNet-1.3, whose videos are 100 steps long.
_base_ = './bsn_plus_plus.py'

model = dict(
    window_size=100,
    head=dict(
        num_durations=100,
        target_maker=dict(cut_boundaries=True),
        post_processor=dict(nms=dict(max_proposals=100))))
