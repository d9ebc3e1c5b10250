# I3D-R50: 32 frames, 2 apart as in its training, every 8 frames.
_base_ = [
    'mmaction::recognition/i3d/'
    'i3d_imagenet-pretrained-r50_8xb8-32x2x1-100e_kinetics400-rgb.py',
    '../_base_/clip_features.py'
]

clip_features = dict(clip_len=32, frame_interval=2, stride=8)
