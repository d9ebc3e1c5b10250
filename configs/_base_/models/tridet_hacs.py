# TriDet for HACS with SlowFast features; I3D overrides what differs.
_base_ = './tridet.py'

channels = 1024
model = dict(
    max_seq_len=960,
    input_noise=0.2,
    backbone=dict(
        in_channels=2304,
        channels=channels,
        hidden_channels=1024,
        window=3,
        k=1.2,
        init_std=0.1,
        position_encoding=True,
        max_seq_len=960),
    neck=dict(channels=channels),
    head=dict(
        num_classes=200,
        in_channels=channels,
        channels=channels,
        num_bins=14,
        kernel_size=5,
        boundary_kernel_size=1,
        iou_weight_power=1.0,
        label_smoothing=0.1,
        initial_normalizer=400,
        # The reference also sets voting_threshold=0.95, which acts only with
        # class_aware=False.
        post_processor=dict(nms=dict(sigma=0.75, max_per_video=250))))
