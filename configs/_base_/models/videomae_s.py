# The size of VideoMAE's ViT-S. MMAction2 has no weights of it: the file is
# that of VideoMAE's authors, fine-tuned on Kinetics-400.
network = dict(
    recognizer=dict(backbone=dict(embed_dims=384, depth=12, num_heads=6)),
    pretrained='checkpoints/videomae_vit-small_kinetics-400_finetuned.pth')
width = dict(backbone=dict(in_channels=384))
