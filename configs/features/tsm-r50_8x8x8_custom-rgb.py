# TSM-R50, the dense one: 8 frames, 8 apart as in its training, every 8 frames.
_base_ = [
    'mmaction::recognition/tsm/'
    'tsm_imagenet-pretrained-r50_8xb16-dense-1x1x8-50e_kinetics400-rgb.py',
    '../_base_/clip_features.py'
]

clip_features = dict(clip_len=8, frame_interval=8, stride=8)
