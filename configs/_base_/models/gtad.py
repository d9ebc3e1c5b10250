# G-TAD as for THUMOS14; other settings override what differs.
block = dict(hidden_channels=128, groups=32, num_neighbours=3)
model = dict(
    type='GTAD',
    window_size=256,
    window_overlap=0.5,
    ignored_rest=51,
    windows_per_batch=8,
    backbone=dict(
        type='SnippetGraphBackbone',
        channels=256,
        input_groups=4,
        block=block),
    head=dict(
        type='SubGraphHead',
        num_durations=64,
        bins=16,
        context_bins=16,
        samples_per_bin=0,
        map_channels=512,
        hidden_channels=128,
        kernel_size=3,
        block=block,
        target_maker=dict(
            type='MapTargetMaker',
            whole_frame_origin=True,
            boundary_labels=dict(
                type='CoveredBoundaryLabels', width=3, extent=(0, 1))),
        decoder=dict(
            type='ProposalMapDecoder',
            selection='all',
            boundary_power=0,
            confidence_power=1),
        loss_boundary=dict(type='BalancedBCELoss', threshold=0.5),
        loss_reg=dict(type='BalancedIoULoss', high=0.7, low=0.3),
        loss_cls=dict(
            type='BalancedBCELoss', threshold=0.9, added=10,
            loss_weight=10.0),
        post_processor=dict(
            type='ProposalPostProcessor',
            nms=dict(
                method='soft',
                divisor=0.46,
                max_proposals=200,
                leave_last=True),
            nms_in_windows=True,
            too_long=60,  # 300 frames
            bounds_at='middles',
            keep_beyond_end=True,
            decimals=(1, 6),
            score_fusion=dict(
                type='VideoScoreFusion', topk=2, max_proposals=200,
                power=1))))
