_base_ = [
    '../_base_/default_runtime.py',
    '../_base_/datasets/activitynet13_tsp_tridet.py',
    '../_base_/models/tridet.py',
    '../_base_/schedules/adamw_warmup_cosine.py'
]

# One class for all: video-level scores name the classes of what it finds.
channels = 256
model = dict(
    max_seq_len=768,
    input_noise=0.5,
    backbone=dict(
        in_channels=512,
        channels=channels,
        hidden_channels=2048,
        window=15,
        k=1.3,
        init_std=0.2,
        position_encoding=True,
        max_seq_len=768),
    neck=dict(channels=channels),
    head=dict(
        num_classes=1,
        in_channels=channels,
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

train_cfg = dict(max_epochs=15)
optim_wrapper = dict(
    optimizer=dict(lr=1e-3, weight_decay=0.04), clip_grad=dict(max_norm=0.4))
param_scheduler = dict(warmup=10, eta_min=5e-5)
