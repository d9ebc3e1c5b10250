# VideoMAE-S, which MMAction2 has no config of: 16 frames, 4 apart, every 8
# frames. Weights are those of its authors, under MMAction2's names.
_base_ = [
    'mmaction::recognition/videomae/'
    'vit-base-p16_videomae-k400-pre_16x4x1_kinetics-400.py',
    '../_base_/clip_features.py'
]

model = dict(backbone=dict(embed_dims=384, num_heads=6))
clip_features = dict(clip_len=16, frame_interval=4, stride=8)
