# The schedule of AFSD for ActivityNet-1.3: the backbone learns at a tenth.
_base_ = './adam_16e.py'

optim_wrapper = dict(
    optimizer=dict(lr=1e-4, weight_decay=1e-4),
    paramwise_cfg=dict(custom_keys={'backbone': dict(lr_mult=0.1)}))
