# Features of BSP's snippets: 8 consecutive frames, every 8, by the encoder of
# bsp_tsm-r50_8xb8-50e_kinetics400-rgb.
_base_ = [
    'mmaction::recognition/tsm/'
    'tsm_imagenet-pretrained-r50_8xb16-1x1x8-50e_kinetics400-rgb.py',
    '../_base_/clip_features.py'
]

clip_features = dict(clip_len=8, frame_interval=1, stride=8)
