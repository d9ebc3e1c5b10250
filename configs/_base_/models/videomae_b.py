# The size of VideoMAE's ViT-B, with the weights that MMAction2 has for
# Kinetics-400.
network = dict(
    recognizer=dict(backbone=dict(embed_dims=768, depth=12, num_heads=12)),
    pretrained='https://download.openmmlab.com/mmaction/v1.0/recognition/'
    'videomae/vit-base-p16_videomae-k400-pre_16x4x1_kinetics-400_'
    '20221013-860a3cd3.pth')
width = dict(backbone=dict(in_channels=768))
