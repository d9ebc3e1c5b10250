# A classifier of the proposals that are found in gestures.
_base_ = [
    '../_base_/standardized_runtime.py',
    '../_base_/models/proposal_classifier.py',
    '../_base_/schedules/adam_step_20e.py',
    '../_base_/datasets/gesture_features_named.py'
]

model = dict(
    data_preprocessor=dict(channels=_base_.feature_channels),
    head=dict(
        in_channels=_base_.feature_channels, num_classes=_base_.num_classes))
