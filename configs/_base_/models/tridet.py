# TriDet as for THUMOS14; other settings override what differs.
channels = 512
num_classes = 20
model = dict(
    type='TriDet',
    max_seq_len=2304,
    # noise on the whole padded batch in training, standard deviation
    input_noise=0.0005,
    backbone=dict(
        type='SGPBackbone',
        in_channels=2048,
        channels=channels,
        hidden_channels=768,
        arch=(2, 2, 5),
        window=1,
        k=5,
        init_std=0.0,
        position_encoding=False,
        max_seq_len=2304,
        drop_path=0.1,
        num_groups=16),
    neck=dict(type='PyramidNorm', channels=channels, num_levels=6),
    head=dict(
        type='TridentHead',
        num_classes=num_classes,
        in_channels=channels,
        channels=channels,
        num_layers=2,
        num_bins=16,
        kernel_size=3,
        boundary_kernel_size=3,
        prior_prob=0.01,
        iou_weight_power=0.2,
        label_smoothing=0.0,
        initial_normalizer=100,
        point_generator=dict(
            type='PointGenerator',
            regression_ranges=[(0, 4), (4, 8), (8, 16), (16, 32), (32, 64),
                               (64, 10000)]),
        assigner=dict(type='CentrePointAssigner', radius=1.5),
        loss_cls=dict(type='SigmoidFocalLoss', alpha=0.25, gamma=2.0),
        loss_reg=dict(type='SegmentDIoULoss', loss_weight=1.0),
        post_processor=dict(
            type='SegmentPostProcessor',
            score_threshold=0.001,
            pre_nms_topk=2000,
            min_length=0.05,
            nms=dict(
                method='gaussian',
                sigma=0.5,
                min_score=0.001,
                max_per_video=2000,
                class_aware=True,
                vote_score_weighted_by_iou=False))))
