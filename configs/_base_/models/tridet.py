# TriDet as for THUMOS14; other settings override what differs.
_base_ = './sgp.py'

model = dict(
    type='TriDet',
    # noise on the whole padded batch in training, standard deviation
    input_noise=0.0005,
    backbone=dict(type='SGPBackbone'),
    head=dict(
        type='TridentHead',
        num_bins=16,
        boundary_kernel_size=3,
        iou_weight_power=0.2))
