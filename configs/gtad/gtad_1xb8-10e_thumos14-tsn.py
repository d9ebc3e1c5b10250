# G-TAD on THUMOS14, TSN features: the authors' setting.
# Written by tools/dev/make_configs.py: change its table instead.
_base_ = [
    '../_base_/default_runtime.py',
    '../_base_/datasets/thumos14_tsn.py',
    '../_base_/models/gtad.py',
    '../_base_/schedules/adam_step_10e.py'
]

model = dict(
    in_channels=_base_.feature_channels,
    head=dict(num_classes=_base_.num_classes))
optim_wrapper = dict(optimizer=dict(lr=4e-05))
