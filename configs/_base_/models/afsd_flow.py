# AFSD on optical flow, as for THUMOS14.
_base_ = './afsd.py'

weights = dict(checkpoint='checkpoints/flow_imagenet.pt')
model = dict(backbone=dict(in_channels=2, init_cfg=weights))
