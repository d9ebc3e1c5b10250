# TriDet for ActivityNet-1.3. One class for all: video-level scores name the
# classes of what it finds.
_base_ = './tridet.py'

model = dict(
    input_noise=0.5,
    backbone=dict(
        channels=256,
        hidden_channels=2048,
        window=15,
        k=1.3,
        init_std=0.2,
        position_encoding=True),
    head=dict(
        channels=512,
        num_bins=12,
        iou_weight_power=1.0,
        label_smoothing=0.1,
        initial_normalizer=400,
        post_processor=dict(
            min_length=0.1,
            nms=dict(
                sigma=0.7,
                max_per_video=200,
                class_aware=False,
                voting_threshold=0.95),
            score_fusion=dict(type='VideoScoreFusion', topk=2))))
