# TSN-R50: one frame of every four, which knows nothing of motion.
_base_ = [
    'mmaction::recognition/tsn/'
    'tsn_imagenet-pretrained-r50_8xb32-1x1x3-100e_kinetics400-rgb.py',
    '../_base_/clip_features.py'
]

clip_features = dict(clip_len=1, stride=4, max_clips=32)
