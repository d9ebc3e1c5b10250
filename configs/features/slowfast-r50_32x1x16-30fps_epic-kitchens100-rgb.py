# EPIC-KITCHENS-100 in ActionFormer's convention, by SlowFast-R50: 32 frames
# every 16 of videos at 30 frames per second.
_base_ = './slowfast-r50_32x2x8_custom-rgb.py'

clip_features = dict(
    data_root='data/epic_kitchens/',
    ann_file='annotations/epic_kitchens100_noun.json',
    out_dir='features_slowfast-r50',
    frame_interval=1,
    stride=16,
    sample_fps=30)
