# Ego4D moment queries with the official Omnivore features, cut into clips:
# 1536 channels, every 16 frames, 32 frames each.
_base_ = './ego4d_mq.py'

feature_channels = 1536
feature = dict(feature=_base_.data_root + 'omnivore_features')
load = dict(**_base_.load, channels=feature_channels)
train_dataloader = dict(
    dataset=dict(data_prefix=feature, pipeline=[load, *_base_.prepare]))
val_dataloader = dict(
    dataset=dict(
        data_prefix=feature, pipeline=[load, _base_.pack]))
test_dataloader = val_dataloader
