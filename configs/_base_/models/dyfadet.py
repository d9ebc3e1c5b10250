# DyFADet as for THUMOS14; other settings override what differs.
_base_ = './sgp.py'

model = dict(
    type='DyFADet',
    # noise on the whole padded batch in training, standard deviation
    input_noise=1e-5,
    backbone=dict(type='DynEBackbone'),
    # tau: where the gates of the towers open fastest
    head=dict(type='DynamicHead', tau=1.5))
