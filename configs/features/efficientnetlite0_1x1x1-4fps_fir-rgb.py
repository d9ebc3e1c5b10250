# Features for FIR: a frame every quarter of a second, through
# EfficientNet-Lite0 as ImageNet left it. Its weights come as a package.
_base_ = '../_base_/clip_features.py'

model = dict(
    type='Recognizer2D',
    backbone=dict(type='EfficientNetLite', pretrained=True, frozen=True),
    data_preprocessor=dict(
        type='ActionDataPreprocessor',
        mean=[127, 127, 127],
        std=[128, 128, 128],
        format_shape='NCHW'))
# 160 px: no worse here, in half the time
test_pipeline = [dict(type='Resize', scale=(160, 160), keep_ratio=False)]
clip_features = dict(
    data_root='data/fir/',
    clip_len=1,
    stride=1,
    sample_fps=4,
    weights='package',
    max_clips=32,
    batch_size=1,
    num_workers=1,
    chunk_size=32)
