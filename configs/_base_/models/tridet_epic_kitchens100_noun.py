# TriDet for nouns of EPIC-KITCHENS-100.
_base_ = './tridet_epic_kitchens100.py'

model = dict(
    backbone=dict(window=1, k=4),
    head=dict(label_smoothing=0.1))
