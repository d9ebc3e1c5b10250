# MMAction2's BMN in windows, with the numbers of its config.
model = dict(
    type='WindowedBMN',
    window_size=100,
    window_overlap=0.5,
    windows_per_batch=8,
    head=dict(
        type='BoundaryMatchingHead',
        num_durations=100,
        sequence_channels=256,
        map_channels=512,
        channels=128,
        num_samples=32,
        samples_per_bin=3,
        boundary_ratio=0.5,
        target_maker=dict(
            type='MapTargetMaker',
            cut_boundaries=True,
            boundary_labels=dict(
                type='CoveredBoundaryLabels', width=3, extent=(-0.5, 1.5))),
        decoder=dict(
            type='ProposalMapDecoder',
            selection='peaks',
            boundary_power=1,
            confidence_power=1),
        loss_boundary=dict(
            type='LimitedBCELoss', threshold=0.5, limits=(1.05, 21)),
        loss_cls=dict(
            type='LimitedBCELoss', threshold=0.9, limits=(1.05, 21)),
        loss_reg=dict(
            type='BalancedIoULoss', high=0.7, low=0.3, loss_weight=10.0),
        post_processor=dict(
            type='ProposalPostProcessor',
            nms=dict(
                method='soft',
                divisor=0.4,
                spared_iou=(0.5, 0.9),
                max_proposals=100))))
