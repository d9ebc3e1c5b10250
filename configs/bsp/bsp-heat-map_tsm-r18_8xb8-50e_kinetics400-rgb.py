# Regression of the change point of one kind of boundary (BSP, Table 5).
_base_ = './vanilla_tsm-r18_8xb8-50e_kinetics400-rgb.py'

model = dict(
    heads=dict(
        _delete_=True,
        heat_map=dict(type='ChangePointHead', in_channels=512, num_frames=8)))
train_dataloader = dict(
    dataset=dict(
        kinds=('diff_speed', ), synthesis=dict(change_point='random')))
