# AdaTAD with VideoMAE's ViT-L on ActivityNet-1.3: the authors' setting.
_base_ = [
    '../_base_/adatad_activitynet13.py', '../_base_/models/videomae_l.py'
]

model = dict(video_backbone=_base_.network, localizer=_base_.width)
