# AdaTAD with VideoMAE's ViT-L on THUMOS14: the authors' setting.
_base_ = ['../_base_/adatad_thumos14.py', '../_base_/models/videomae_l.py']

model = dict(video_backbone=_base_.network, localizer=_base_.width)
