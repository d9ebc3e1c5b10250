# THUMOS14 in ActionFormer's convention, by VideoMAE-B: 16 frames every 4, as
# OpenTAD's released features are.
_base_ = [
    'mmaction::recognition/videomae/'
    'vit-base-p16_videomae-k400-pre_16x4x1_kinetics-400.py',
    '../_base_/clip_features.py'
]

clip_features = dict(
    data_root='data/thumos/',
    ann_file='annotations/thumos14.json',
    missing_files='skip',
    out_dir='features_videomae-base',
    clip_len=16,
    stride=4)
