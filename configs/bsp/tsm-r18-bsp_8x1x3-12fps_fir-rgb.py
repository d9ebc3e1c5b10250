# Features of FIR, four a second, by the encoders of ..._surveillance-fir-rgb:
# 8 frames at their size and nearly their distance, 12 a second.
_base_ = [
    '../_base_/models/boundary_tsm_r18.py', '../_base_/clip_features.py'
]

model = dict(_delete_=True, **_base_.model.encoder.recognizer)
test_pipeline = [
    dict(type='Resize', scale=(-1, 72)),
    dict(type='CenterCrop', crop_size=64)
]
clip_features = dict(
    data_root='data/fir/',
    out_dir='features_bsp',
    clip_len=8,
    stride=3,
    sample_fps=12,
    ends='repeat',
    max_clips=32)
