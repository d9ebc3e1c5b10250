# DyFADet for nouns of EPIC-KITCHENS-100.
_base_ = './dyfadet_epic_kitchens100.py'

model = dict(
    input_noise=1e-6,
    backbone=dict(window=1, k=4),
    head=dict(label_smoothing=0.1, tau=2.0))
