# The same for small datasets.
_base_ = './adamw_multistep_16e.py'

train_cfg = dict(max_epochs=20)
optim_wrapper = dict(optimizer=dict(lr=5e-4))
param_scheduler = [
    dict(type='MultiStepLR', milestones=[16], gamma=0.1, end=20)
]
