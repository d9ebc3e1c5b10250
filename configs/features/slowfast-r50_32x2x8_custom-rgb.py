# SlowFast-R50, both pathways (2304 channels): 32 frames, 2 apart as in its
# training, every 8 frames.
_base_ = [
    'mmaction::recognition/slowfast/'
    'slowfast_r50_8xb8-8x8x1-256e_kinetics400-rgb.py',
    '../_base_/clip_features.py'
]

clip_features = dict(clip_len=32, frame_interval=2, stride=8)
