# Ego4D moment queries with SlowFast, Omnivore and EgoVLP features together.
_base_ = './ego4d_mq.py'

feature_channels = [2304, 1536, 256]
load = dict(**_base_.load, channels=sum(feature_channels))
feature = dict(feature=[
    _base_.data_root + name
    for name in ('slowfast_features', 'omnivore_features', 'egovlp_features')
])
train = dict(data_prefix=feature, pipeline=[load, *_base_.prepare])
test = dict(data_prefix=feature, pipeline=[load, _base_.pack])
train_dataloader = dict(dataset=train)
val_dataloader = dict(dataset=test)
test_dataloader = val_dataloader
