# AFSD for ActivityNet-1.3: 768 frames of a whole video, one map, one class for
# all; video-level scores name the classes.
_base_ = './afsd.py'

clip_length = 768
model = dict(
    clip_length=clip_length,
    training_padding=0.0,
    # Of the authors' code; steps of the finest level are 8 frames.
    consistency_strides=[1, 4, 4],
    backbone=dict(endpoints=['Mixed_5c']),
    neck=dict(in_channels=[1024], map_sizes=[3]),
    head=dict(
        distance_units=[4, 8, 16, 32, 64, 128],
        conv_std=0.01,
        point_generator=dict(
            first_stride=8,
            regression_ranges=[(0, 30), (15, 60), (30, 120), (60, 240),
                               (96, 768), (256, 768)]),
        loss=dict(
            min_iou=0.6,
            best_is_refined=True,
            offset_beta=1.0,
            per_clip=True,
            reg_weight=1.0),
        post_processor=dict(
            score_threshold=1e-9,
            keep_beyond_end=False,
            nms=dict(sigma=0.85, min_score=1e-9),
            score_fusion=dict(
                type='VideoScoreFusion',
                topk=1,
                max_proposals=5000,
                power=1))))
