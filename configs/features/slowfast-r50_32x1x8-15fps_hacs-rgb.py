# HACS Segments in TCANet's convention, by SlowFast-R50: 32 frames every 8 of
# videos at 15 frames per second.
_base_ = './slowfast-r50_32x2x8_custom-rgb.py'

clip_features = dict(
    data_root='data/hacs/',
    ann_file='annotations/hacs_segments_v1.1.1.json',
    missing_files='skip',
    out_dir='features_slowfast-r50',
    frame_interval=1,
    sample_fps=15)
