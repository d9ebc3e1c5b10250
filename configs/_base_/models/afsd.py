# AFSD for clips of 256 frames of 96 px, as for THUMOS14; other settings
# override what differs. A dataset gives the number of classes. Training begins
# with I3D of Kinetics.
clip_length = 256
i3d = dict(
    type='InceptionI3D',
    in_channels=3,
    endpoints=['Mixed_4f', 'Mixed_5c'],
    norm_frozen=True,
    init_cfg=dict(
        type='Pretrained', checkpoint='checkpoints/rgb_imagenet.pt'))
model = dict(
    type='AFSD',
    clip_length=clip_length,
    clip_overlap=0.5,
    padding=0.0,
    # The authors fill short clips up with black in training, with grey in
    # testing.
    training_padding=-1.0,
    consistency_weight=0.1,
    consistency_weights=[1.0, 0.1, 0.1],
    backbone=i3d,
    neck=dict(
        type='ClipPyramid',
        in_channels=[832, 1024],
        map_sizes=[6, 3],
        channels=512,
        num_levels=6,
        num_groups=32),
    head=dict(
        type='SalientBoundaryHead',
        in_channels=512,
        num_layers=2,
        num_groups=32,
        point_generator=dict(
            type='PointGenerator',
            regression_ranges=[(-1, 10000)] * 6,
            first_stride=4,
            offset=0.5),
        loss=dict(
            type='CoarseToFineLoss',
            min_iou=0.5,
            reg_weight=10.0,
            cls_weight=1.0,
            level_weight=0.1,
            assigner=dict(type='ContainingAssigner'),
            loss_cls=dict(type='SoftmaxFocalLoss', alpha=0.25, gamma=2.0)),
        post_processor=dict(
            type='ClipPostProcessor',
            score_threshold=0.01,
            # as the authors' code: the last clip can end after the video, and
            # the last candidate of each class is not listed
            keep_beyond_end=True,
            nms=dict(
                method='gaussian',
                sigma=0.5,
                min_score=0.001,
                max_per_class=5000,
                leave_last=True))))
