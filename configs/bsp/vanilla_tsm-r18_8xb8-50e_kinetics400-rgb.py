# Classification of actions alone, in the same clips without boundaries: what
# BSP is compared with, and the other stream.
_base_ = './bsp_tsm-r18_8xb8-50e_kinetics400-rgb.py'

action = dict(type='ClipActionHead', in_channels=512, num_classes=400)
model = dict(heads=dict(_delete_=True, action=action))
train_dataloader = dict(dataset=dict(kinds=('same_speed', )))
val_dataloader = None
val_evaluator = None
val_cfg = None
test_dataloader = None
test_evaluator = None
test_cfg = None
