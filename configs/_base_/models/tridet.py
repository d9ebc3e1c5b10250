# TriDet as for THUMOS14; other settings override what differs.
_base_ = './anchor_free.py'

model = dict(
    type='TriDet',
    # noise on the whole padded batch in training, standard deviation
    input_noise=0.0005,
    backbone=dict(
        type='SGPBackbone',
        hidden_channels=768,
        window=1,
        k=5,
        init_std=0.0,
        position_encoding=False,
        num_groups=16,
        drop_path=0.1),
    head=dict(
        type='TridentHead',
        num_bins=16,
        kernel_size=3,
        boundary_kernel_size=3,
        iou_weight_power=0.2,
        label_smoothing=0.0,
        post_processor=dict(
            nms=dict(max_per_video=2000, vote_score_weighted_by_iou=False))))
