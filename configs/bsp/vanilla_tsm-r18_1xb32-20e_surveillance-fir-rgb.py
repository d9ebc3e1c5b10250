# Classification of actions alone on the same clips: two of the cameras' and
# four of FIR.
_base_ = './bsp-traceless_tsm-r18_1xb32-20e_surveillance-fir-rgb.py'

action = dict(type='ClipActionHead', in_channels=512, num_classes=6)
model = dict(heads=dict(_delete_=True, action=action))
train_dataloader = dict(dataset=dict(kinds=('same_speed', )))
val_dataloader = val_evaluator = val_cfg = None
test_dataloader = test_evaluator = test_cfg = None
