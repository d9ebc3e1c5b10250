# TriDet for HACS with SlowFast features; that for I3D changes what differs.
_base_ = './tridet.py'

model = dict(
    input_noise=0.2,
    backbone=dict(
        channels=1024,
        hidden_channels=1024,
        window=3,
        k=1.2,
        init_std=0.1,
        position_encoding=True),
    head=dict(
        channels=1024,
        num_bins=14,
        kernel_size=5,
        boundary_kernel_size=1,
        iou_weight_power=1.0,
        label_smoothing=0.1,
        initial_normalizer=400,
        # The reference also sets voting_threshold=0.95, which acts only with
        # class_aware=False.
        post_processor=dict(nms=dict(sigma=0.75, max_per_video=250))))
