# G-TAD on ActivityNet-1.3, CUHK's TSN features: the authors' setting.
# Written by tools/dev/make_configs.py: change its table instead.
# The authors test the epoch of least validation loss; all epochs are kept.
_base_ = [
    '../_base_/default_runtime.py',
    '../_base_/datasets/activitynet13_cuhk.py',
    '../_base_/models/gtad_activitynet13.py',
    '../_base_/schedules/adam_step_10e.py'
]

model = dict(
    in_channels=_base_.feature_channels,
    head=dict(num_classes=_base_.num_classes))
optim_wrapper = dict(optimizer=dict(lr=0.004), clip_grad=None)
default_hooks = dict(checkpoint=dict(max_keep_ckpts=-1))
