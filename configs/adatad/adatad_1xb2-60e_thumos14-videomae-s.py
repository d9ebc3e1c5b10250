# AdaTAD with VideoMAE's ViT-S on THUMOS14: the authors' setting.
_base_ = ['../_base_/adatad_thumos14.py', '../_base_/models/videomae_s.py']

model = dict(video_backbone=_base_.network, localizer=_base_.width)
optim_wrapper = dict(
    paramwise_cfg=dict(custom_keys={'.adapter': dict(lr_mult=2.0)}))
