# G-TAD on gestures, arm sensors: our setting for few short videos.
# Written by tools/dev/make_configs.py: change its table instead.
_base_ = [
    '../_base_/standardized_runtime.py',
    '../_base_/datasets/gesture_features_proposals.py',
    '../_base_/models/gtad_small.py',
    '../_base_/schedules/adam_step_20e.py'
]

model = dict(
    data_preprocessor=dict(
        type='FeatureStandardizer', channels=_base_.feature_channels),
    in_channels=_base_.feature_channels,
    head=dict(num_classes=_base_.num_classes))
train_cfg = dict(max_epochs=10)
param_scheduler = dict(milestones=[8])
