# Ego4D moment queries with EgoVLP's features, cut into clips: 256 channels,
# every 16 frames, 16 frames each.
_base_ = './ego4d_mq.py'

feature_channels = 256
load = dict(_base_.load, window=16, channels=feature_channels)
feature = dict(feature=_base_.data_root + 'egovlp_features')
train = dict(data_prefix=feature, pipeline=[load, *_base_.prepare])
test = dict(data_prefix=feature, pipeline=[load, _base_.pack])
train_dataloader = dict(dataset=train)
val_dataloader = dict(dataset=test)
test_dataloader = val_dataloader
