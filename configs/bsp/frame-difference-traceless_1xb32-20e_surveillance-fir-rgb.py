# The baseline of a shortcut on clips without traces of how they were made.
_base_ = './bsp-traceless_tsm-r18_1xb32-20e_surveillance-fir-rgb.py'

features = 64
model = dict(
    encoder=dict(
        _delete_=True, type='FrameDifferenceEncoder', channels=features),
    heads=dict(boundary=dict(in_channels=features, dropout=0)))
