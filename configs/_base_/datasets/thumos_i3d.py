# The two-stream I3D features that ActionFormer's authors made of THUMOS14's
# videos, for THUMOS14 and MultiTHUMOS: 2048 channels, every 4 video frames, 16
# frames each.
_base_ = './benchmark_loaders.py'

max_seq_len = 2304
feature_channels = 2048

dataset = dict(
    data_prefix=dict(feature='data/thumos/i3d_features'),
    invalid_segments='keep',
    missing_features='skip')
load = dict(
    type='LoadFeatures', stride=4, window=16, channels=feature_channels)
crop = dict(type='RandomTruncation', max_length=max_seq_len)
train_dataloader = dict(
    dataset=dict(**dataset, pipeline=[load, crop, _base_.pack]))
val_dataloader = dict(dataset=dict(**dataset, pipeline=[load, _base_.pack]))
test_dataloader = val_dataloader
