# The size of VideoMAE's ViT-L, with the weights that MMAction2 has for
# Kinetics-400.
network = dict(
    recognizer=dict(backbone=dict(embed_dims=1024, depth=24, num_heads=16)),
    pretrained='https://download.openmmlab.com/mmaction/v1.0/recognition/'
    'videomae/vit-large-p16_videomae-k400-pre_16x4x1_kinetics-400_'
    '20221013-229dbb03.pth')
width = dict(backbone=dict(in_channels=1024))
