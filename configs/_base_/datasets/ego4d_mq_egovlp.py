# Ego4D moment queries with EgoVLP's features, cut into clips: 256 channels,
# every 16 frames, 16 frames each.
_base_ = './ego4d_mq.py'

feature_channels = 256
feature = dict(feature=_base_.data_root + 'egovlp_features')
load = dict(_base_.load, window=16, channels=feature_channels)
train_dataloader = dict(
    dataset=dict(data_prefix=feature, pipeline=[load, *_base_.prepare]))
val_dataloader = dict(
    dataset=dict(
        data_prefix=feature, pipeline=[load, _base_.pack]))
test_dataloader = val_dataloader
