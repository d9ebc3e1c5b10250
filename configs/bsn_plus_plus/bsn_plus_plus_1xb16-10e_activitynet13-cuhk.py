# BSN++ on ActivityNet-1.3, CUHK's TSN features: the paper's setting, as far as
# it tells.
# Written by tools/dev/make_configs.py: change its table instead.
_base_ = [
    '../_base_/default_runtime.py',
    '../_base_/datasets/activitynet13_cuhk.py',
    '../_base_/models/bsn_plus_plus_activitynet13.py',
    '../_base_/schedules/adam_step_10e.py'
]

model = dict(
    in_channels=_base_.feature_channels,
    head=dict(num_classes=_base_.num_classes))
param_scheduler = dict(milestones=[7])
