# DyFADet for few short videos.
_base_ = ['./dyfadet.py', './small.py']

model = dict(
    backbone=dict(**_base_.small_backbone, hidden_channels=192),
    head=_base_.small_head)
