# The baseline of a shortcut: how much frames differ, and nothing else.
_base_ = './bsp_tsm-r18_1xb32-20e_surveillance-fir-rgb.py'

model = dict(
    encoder=dict(_delete_=True, type='FrameDifferenceEncoder', channels=64),
    heads=dict(boundary=dict(in_channels=64, dropout=0)))
