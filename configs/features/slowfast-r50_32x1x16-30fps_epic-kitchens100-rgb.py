# EPIC-KITCHENS-100 in ActionFormer's convention, by SlowFast-R50: 32 frames
# every 16 of videos at 30 frames per second.
_base_ = [
    'mmaction::recognition/slowfast/'
    'slowfast_r50_8xb8-8x8x1-256e_kinetics400-rgb.py',
    '../_base_/clip_features.py'
]

clip_features = dict(
    data_root='data/epic_kitchens/',
    ann_file='annotations/epic_kitchens100_noun.json',
    out_dir='features_slowfast-r50',
    clip_len=32,
    stride=16,
    sample_fps=30)
