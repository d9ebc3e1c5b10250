# AFSD on optical flow, as for ActivityNet-1.3.
_base_ = './afsd_activitynet13.py'

weights = dict(checkpoint='checkpoints/flow_imagenet.pt')
model = dict(backbone=dict(in_channels=2, init_cfg=weights))
