# THUMOS14 in ActionFormer's convention, by VideoMAE-B: 16 frames every 4, as
# OpenTAD's released features are.
_base_ = './videomae-base_16x4x8_custom-rgb.py'

clip_features = dict(
    data_root='data/thumos/',
    ann_file='annotations/thumos14.json',
    missing_files='skip',
    out_dir='features_videomae-base',
    frame_interval=1,
    stride=4)
