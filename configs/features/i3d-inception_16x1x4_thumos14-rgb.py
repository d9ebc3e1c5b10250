# THUMOS14 in ActionFormer's convention, by I3D (Inception) on RGB: 16 frames
# every 4. The published features are of other crops, and of flow too.
_base_ = './i3d-inception_16x1x4_custom-rgb.py'

clip_features = dict(
    data_root='data/thumos/',
    ann_file='annotations/thumos14.json',
    missing_files='skip',
    out_dir='features_i3d-inception')
