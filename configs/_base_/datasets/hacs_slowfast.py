# HACS Segments with TCANet's SlowFast features: 2304 channels (slow and fast
# pathway), every 8 frames of videos at 15 frames per second, 32 frames each.
_base_ = './hacs.py'

max_seq_len = 960
feature_channels = 2304
folder = _base_.data_root + 'slowfast_feature/'
load = dict(
    type='LoadFeatures',
    stride=8,
    window=32,
    fps=15,
    channels=feature_channels,
    key=('slow_feature', 'fast_feature'))
crop = dict(type='RandomTruncation', max_length=max_seq_len, slack=False)
train_dataloader = dict(
    dataset=dict(
        data_prefix=dict(feature=folder + 'training'),
        filename_tmpl='{}.pkl',
        pipeline=[load, *_base_.clip, crop, _base_.pack]))
val_dataloader = dict(
    dataset=dict(
        data_prefix=dict(feature=folder + 'validation'),
        filename_tmpl='{}.pkl',
        pipeline=[load, _base_.pack]))
test_dataloader = val_dataloader
