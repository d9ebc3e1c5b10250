# HACS Segments in TCANet's convention, by SlowFast-R50: 32 frames every 8 of
# videos at 15 frames per second.
_base_ = [
    'mmaction::recognition/slowfast/'
    'slowfast_r50_8xb8-8x8x1-256e_kinetics400-rgb.py',
    '../_base_/clip_features.py'
]

clip_features = dict(
    data_root='data/hacs/',
    ann_file='annotations/hacs_segments_v1.1.1.json',
    missing_files='skip',
    out_dir='features_slowfast-r50',
    clip_len=32,
    stride=8,
    sample_fps=15)
