# HACS Segments with its official I3D features (RGB): 2048 channels, two a
# second.
_base_ = './hacs.py'

max_seq_len = 512
feature_channels = 2048
folder = _base_.data_root + 'i3d_feature/'
load = dict(
    type='LoadFeatures',
    stride=1,
    window=1,
    fps=2,
    channels=feature_channels)
crop = dict(type='RandomTruncation', max_length=max_seq_len, slack=False)
train_dataloader = dict(
    dataset=dict(
        data_prefix=dict(feature=folder + 'training'),
        pipeline=[load, *_base_.clip, crop, _base_.pack]))
val_dataloader = dict(
    dataset=dict(
        data_prefix=dict(feature=folder + 'validation'),
        pipeline=[load, _base_.pack]))
test_dataloader = val_dataloader
