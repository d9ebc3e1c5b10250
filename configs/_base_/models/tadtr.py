# TadTR as for THUMOS14; other settings override what differs.
transformer = dict(
    num_layers=4,
    num_heads=8,
    num_points=4,
    feedforward_channels=1024,
    dropout=0.1)
model = dict(
    type='TadTR',
    channels=256,
    norm_groups=32,
    window_size=128,
    window_overlap=0.25,
    windows_per_batch=16,
    encoder=dict(**transformer, temperature=10000),
    decoder=dict(**transformer, num_queries=40),
    head=dict(
        type='SegmentQueryHead',
        prior_prob=0.01,
        initial_width_logit=-2.0,
        roi_bins=16,
        roi_scale=1.5,
        actionness_weight=4.0,
        actionness_in_batch=True,
        assigner=dict(
            type='HungarianAssigner',
            cls_weight=6.0,
            l1_weight=5.0,
            iou_weight=2.0,
            alpha=0.25,
            gamma=2.0),
        loss_cls=dict(
            type='SigmoidFocalLoss', alpha=0.25, gamma=2.0, loss_weight=2.0),
        loss_l1=dict(type='SegmentL1Loss', loss_weight=5.0),
        loss_iou=dict(type='SegmentIoULoss', loss_weight=2.0),
        # The reference then keeps 200 for each window, of these 100.
        post_processor=dict(
            type='WindowPostProcessor',
            max_per_window=100,
            iou_threshold=0.4,
            list_repeats=True)))
