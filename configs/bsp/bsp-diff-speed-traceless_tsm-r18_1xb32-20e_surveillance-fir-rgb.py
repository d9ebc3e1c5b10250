# One kind of boundary against none, in clips without traces (BSP, Table 5).
_base_ = './bsp-traceless_tsm-r18_1xb32-20e_surveillance-fir-rgb.py'

kinds = ('diff_speed', 'same_speed')
train_dataloader = dict(dataset=dict(kinds=kinds))
val_dataloader = dict(dataset=dict(kinds=kinds))
test_dataloader = val_dataloader
model = dict(heads=dict(boundary=dict(num_classes=2)))
