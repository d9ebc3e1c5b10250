# ActivityNet-1.3 in TSP's convention, by R(2+1)D-34, its network: 16 frames
# every 16 of videos at 15 frames per second.
_base_ = [
    'mmaction::recognition/r2plus1d/'
    'r2plus1d_r34_8xb8-32x2x1-180e_kinetics400-rgb.py',
    '../_base_/clip_features.py'
]

clip_features = dict(
    data_root='data/activitynet/',
    ann_file='annotations/activitynet13.json',
    missing_files='skip',
    out_dir='features_r2plus1d-r34',
    clip_len=16,
    stride=16,
    sample_fps=15)
