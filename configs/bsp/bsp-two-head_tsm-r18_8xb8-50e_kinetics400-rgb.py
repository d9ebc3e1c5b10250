# One network with a classifier of boundaries and one of actions (Fig. 3b).
_base_ = './bsp_tsm-r18_8xb8-50e_kinetics400-rgb.py'

action = dict(type='ClipActionHead', in_channels=512, num_classes=400)
model = dict(heads=dict(action=action))
