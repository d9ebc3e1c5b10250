# BSP with the encoder of its ablations (Tables 4 to 7).
_base_ = './bsp_tsm-r50_8xb8-50e_kinetics400-rgb.py'

model = dict(
    encoder=dict(recognizer=dict(backbone=dict(depth=18))),
    heads=dict(boundary=dict(in_channels=512)))
