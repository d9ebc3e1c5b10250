# ActionFormer for EPIC-KITCHENS-100.
_base_ = './actionformer.py'

model = dict(backbone=dict(window=9))
