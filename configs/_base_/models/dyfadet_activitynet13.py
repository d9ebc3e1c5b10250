# DyFADet for ActivityNet-1.3. One class for all: video-level scores name the
# classes of what it finds. min_length is TriDet's.
_base_ = './dyfadet.py'

model = dict(
    input_noise=0.7,
    backbone=dict(
        channels=256,
        hidden_channels=2048,
        window=15,
        k=1.2,
        init_std=0.15,
        position_encoding=True),
    head=dict(
        channels=512,
        label_smoothing=0.1,
        initial_normalizer=400,
        post_processor=dict(
            min_length=0.1,
            score_fusion=dict(type='VideoScoreFusion', topk=2),
            nms=dict(
                class_aware=False,
                voting_threshold=0.95,
                sigma=0.7,
                max_per_video=200))))
