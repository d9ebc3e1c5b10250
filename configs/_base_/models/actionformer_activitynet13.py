# ActionFormer for ActivityNet-1.3, resized to 192 steps. One class for all:
# video-level scores name the classes of what it finds.
_base_ = './actionformer.py'

model = dict(
    backbone=dict(
        channels=256,
        window=(7, 7, 7, 7, 7, None),
        position_encoding=True),
    head=dict(
        channels=256,
        label_smoothing=0.1,
        initial_normalizer=200,
        loss_reg=dict(loss_weight=2.0),
        post_processor=dict(
            min_length=0.001,
            nms=dict(
                sigma=0.75,
                max_per_video=100,
                class_aware=False,
                voting_threshold=0.9,
                vote_score_weighted_by_iou=True),
            score_fusion=dict(type='VideoScoreFusion', topk=2))))
