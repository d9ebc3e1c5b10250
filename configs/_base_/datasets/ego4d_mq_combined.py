# Ego4D moment queries with SlowFast, Omnivore and EgoVLP features together.
_base_ = './ego4d_mq.py'

feature_channels = [2304, 1536, 256]
feature = dict(feature=[
    _base_.data_root + name
    for name in ('slowfast_features', 'omnivore_features', 'egovlp_features')
])
load = dict(**_base_.load, channels=sum(feature_channels))
train_dataloader = dict(
    dataset=dict(data_prefix=feature, pipeline=[load, *_base_.prepare]))
val_dataloader = dict(
    dataset=dict(
        data_prefix=feature, pipeline=[load, _base_.pack]))
test_dataloader = val_dataloader
