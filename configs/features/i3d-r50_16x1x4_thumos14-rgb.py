# THUMOS14 in ActionFormer's convention, by I3D-R50: 16 frames every 4;
# feature i describes the frames [4 * i, 4 * i + 16).
_base_ = [
    'mmaction::recognition/i3d/'
    'i3d_imagenet-pretrained-r50_8xb8-32x2x1-100e_kinetics400-rgb.py',
    '../_base_/clip_features.py'
]

clip_features = dict(
    data_root='data/thumos/',
    ann_file='annotations/thumos14.json',
    missing_files='skip',
    out_dir='features_i3d-r50',
    clip_len=16,
    stride=4)
