# Ego4D moment queries with the official SlowFast features, cut into clips:
# 2304 channels, every 16 frames of videos at 30 frames per second, 32 frames
# each.
_base_ = './ego4d_mq.py'

feature_channels = 2304
load = dict(**_base_.load, channels=feature_channels)
feature = dict(feature=_base_.data_root + 'slowfast_features')
train = dict(data_prefix=feature, pipeline=[load, *_base_.prepare])
test = dict(data_prefix=feature, pipeline=[load, _base_.pack])
train_dataloader = dict(dataset=train)
val_dataloader = dict(dataset=test)
test_dataloader = val_dataloader
