# One kind of boundary against none, the best of three (BSP, Table 5).
_base_ = './bsp_tsm-r18_8xb8-50e_kinetics400-rgb.py'

kinds = ('diff_speed', 'same_speed')
model = dict(heads=dict(boundary=dict(num_classes=2)))
train_dataloader = dict(dataset=dict(kinds=kinds))
val_dataloader = dict(dataset=dict(kinds=kinds))
test_dataloader = val_dataloader
