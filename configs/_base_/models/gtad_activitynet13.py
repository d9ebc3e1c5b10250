# G-TAD as for ActivityNet-1.3, whose videos are 100 steps long.
_base_ = './gtad.py'

model = dict(
    window_size=100,
    ignored_rest=0,
    head=dict(
        num_durations=100,
        bins=32,
        context_bins=4,
        kernel_size=1,
        target_maker=dict(
            whole_frame_origin=False,
            cut_boundaries=True,
            boundary_labels=dict(extent=(-0.5, 1.5))),
        decoder=dict(selection='peaks'),
        loss_reg=dict(loss_weight=10.0),
        loss_cls=dict(added=0, loss_weight=1.0),
        post_processor=dict(
            nms=dict(divisor=0.8, max_proposals=100),
            nms_in_windows=False,
            too_long=None,
            bounds_at='edges',
            decimals=None)))
