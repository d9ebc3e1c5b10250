# Video Swin-T: 32 frames, 2 apart as in its training, every 8 frames.
_base_ = [
    'mmaction::recognition/swin/'
    'swin-tiny-p244-w877_in1k-pre_8xb8-amp-32x2x1-30e_kinetics400-rgb.py',
    '../_base_/clip_features.py'
]

clip_features = dict(clip_len=32, frame_interval=2, stride=8)
