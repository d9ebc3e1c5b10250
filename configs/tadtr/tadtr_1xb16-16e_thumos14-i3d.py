# TadTR on THUMOS14, P-GCN's I3D features: the authors' setting.
# Written by tools/dev/make_configs.py: change its table instead.
# The epoch that is best on the test videos is the one that is reported.
_base_ = [
    '../_base_/default_runtime.py',
    '../_base_/datasets/thumos14_i3d_tadtr.py',
    '../_base_/models/tadtr.py',
    '../_base_/schedules/adamw_multistep_16e.py'
]

model = dict(
    in_channels=_base_.feature_channels,
    head=dict(num_classes=_base_.num_classes))
default_hooks = dict(checkpoint=dict(save_best='mAP'))
