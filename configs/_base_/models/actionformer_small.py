# ActionFormer for few short videos.
_base_ = ['./actionformer.py', './small.py']

model = dict(
    backbone=dict(**_base_.small_backbone, window=9), head=_base_.small_head)
