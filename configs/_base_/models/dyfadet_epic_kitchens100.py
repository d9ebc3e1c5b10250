# DyFADet for EPIC-KITCHENS-100, verbs; nouns override what differs.
_base_ = './dyfadet.py'

model = dict(backbone=dict(hidden_channels=1024, window=5, k=2))
