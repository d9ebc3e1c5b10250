# ActionFormer for Ego4D moment queries: eight pyramid levels.
_base_ = './actionformer.py'

model = dict(
    backbone=dict(
        arch=(2, 2, 7),
        window=9,
        position_encoding=True,
        proj_drop=0.1),
    head=dict(
        point_generator=dict(
            regression_ranges=[(0, 4), (2, 8), (4, 16), (8, 32), (16, 64),
                               (32, 128), (64, 256), (128, 10000)]),
        post_processor=dict(
            pre_nms_topk=5000,
            # The reference also sets voting_threshold=0.95, which acts only
            # with class_aware=False.
            nms=dict(sigma=0.9, max_per_video=2000))))
