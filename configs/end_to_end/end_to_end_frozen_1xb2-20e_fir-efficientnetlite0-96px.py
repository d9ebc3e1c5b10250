# ActionFormer on FIR's frames; EfficientNet-Lite0 stays as ImageNet left it.
_base_ = [
    '../_base_/standardized_runtime.py', '../_base_/datasets/fir_videos.py',
    '../_base_/models/end_to_end_efficientnetlite0.py',
    '../_base_/schedules/adamw_warmup_cosine_20e.py'
]

model = dict(
    localizer=dict(
        max_seq_len=_base_.max_seq_len,
        backbone=dict(in_channels=1280),
        head=dict(num_classes=_base_.num_classes)))
train_cfg = dict(val_interval=20)
