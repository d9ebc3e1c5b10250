# BSN++ as the paper has it, in windows of THUMOS14; other settings override
# what differs. What the paper does not tell is marked.
model = dict(
    type='BSNPlusPlus',
    window_size=256,  # not told
    window_overlap=0.5,
    windows_per_batch=4,
    backbone=dict(
        type='StackedConvBackbone',
        channels=256,
        num_layers=2,
        groups=1,
        norm=False),
    head=dict(
        type='RelationMapHead',
        num_durations=64,  # not told
        boundaries=dict(channels=512, form='mean'),  # form: not told
        relation=dict(
            sequence_channels=128,
            num_samples=32,
            samples_per_bin=3,
            boundary_ratio=0.5,
            map_channels=512,
            channels=128,  # None (512) in the paper: for memory
            reduction=2,  # 1 in the paper: for memory
            scale=1.0,
            channel_mean=True),  # False in the paper: sums saturate softmax
        sampler=dict(
            type='ScaleBalancedSampler',
            high=0.7,
            low=0.3,
            edges=(0.3, 0.7),
            limit=0.15,
            decay=0.15,  # not told: no jump at the limit
            share=0.5,  # not told
            least=32,  # not told
            by_scale=True),
        read_backward=True,
        train_backward=False,
        target_maker=dict(
            type='MapTargetMaker',
            boundary_labels=dict(type='BoundaryRegionLabels', reach=0.1)),
        loss_boundary=dict(type='BalancedBCELoss', threshold=0.5),
        loss_reg=dict(type='ChosenSmoothL1Loss', loss_weight=10.0),
        loss_cls=dict(
            type='BalancedBCELoss',
            threshold=0.7,
            negative_threshold=0.3,
            loss_weight=10.0),
        decoder=dict(
            type='ProposalMapDecoder',
            boundary_power=1,
            confidence_power=0.5,
            selection='all',
            max_candidates=5000),  # not told
        post_processor=dict(
            type='ProposalPostProcessor',
            nms=dict(
                method='soft',
                divisor=0.4,  # not told
                max_proposals=200),
            score_fusion=dict(
                type='VideoScoreFusion', topk=2, max_proposals=200,
                power=1))))
