# DyFADet for verbs of EPIC-KITCHENS-100.
_base_ = './dyfadet_epic_kitchens100.py'

model = dict(backbone=dict(window=5, k=2))
