# BSN++ on THUMOS14, TSN features: the paper's setting, as far as it tells.
# Written by tools/dev/make_configs.py: change its table instead.
_base_ = [
    '../_base_/default_runtime.py',
    '../_base_/datasets/thumos14_tsn.py',
    '../_base_/models/bsn_plus_plus.py',
    '../_base_/schedules/adam_step_10e.py'
]

model = dict(
    in_channels=_base_.feature_channels,
    head=dict(num_classes=_base_.num_classes))
train_dataloader = dict(batch_size=16, dataset=dict(overlap=0.75))
param_scheduler = dict(milestones=[7])
auto_scale_lr = dict(base_batch_size=16)
