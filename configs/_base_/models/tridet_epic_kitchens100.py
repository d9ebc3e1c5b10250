# TriDet for EPIC-KITCHENS-100.
_base_ = './tridet.py'

model = dict(
    input_noise=0.0,
    backbone=dict(hidden_channels=1024),
    head=dict(iou_weight_power=0.25))
