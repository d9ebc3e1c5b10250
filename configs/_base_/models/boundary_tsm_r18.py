# BSP's smaller encoder, that of its ablations: TSM-ResNet-18.
_base_ = './boundary_tsm_r50.py'

model = dict(
    encoder=dict(recognizer=dict(backbone=dict(depth=18))),
    heads=dict(boundary=dict(in_channels=512)))
