# What TriDet and DyFADet share, as for THUMOS14.
_base_ = './anchor_free.py'

model = dict(
    backbone=dict(
        hidden_channels=768,
        window=1,
        k=5,
        init_std=0.0,
        position_encoding=False,
        num_groups=16,
        drop_path=0.1),
    head=dict(
        kernel_size=3,
        label_smoothing=0.0,
        post_processor=dict(
            nms=dict(max_per_video=2000, vote_score_weighted_by_iou=False))))
