# VideoMAE-B: 16 frames, 4 apart as in its training, every 8 frames.
_base_ = [
    'mmaction::recognition/videomae/'
    'vit-base-p16_videomae-k400-pre_16x4x1_kinetics-400.py',
    '../_base_/clip_features.py'
]

clip_features = dict(clip_len=16, frame_interval=4, stride=8)
