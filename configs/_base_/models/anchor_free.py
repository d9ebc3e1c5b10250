# What the anchor-free localizers share, as for THUMOS14.
#
# A config adds what comes from its data: max_seq_len, backbone.in_channels and
# head.num_classes. Neck and head are as wide and as deep as the backbone's
# pyramid where they say nothing else.
model = dict(
    max_seq_len=2304,
    backbone=dict(channels=512, arch=(2, 2, 5)),
    neck=dict(type='PyramidNorm'),
    head=dict(
        channels=512,
        num_layers=2,
        prior_prob=0.01,
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
                max_per_video=200,
                class_aware=True))))
