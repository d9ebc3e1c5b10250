# Gestures of two people with sensors on one arm (ActRecTut): localization that
# is trained on one person and tested on the other. tools/data/gesture prepares
# the features: means and deviations of 8 samples at 32 Hz.
_base_ = './feature_loaders.py'

data_root = 'data/gesture/'
max_seq_len = 384
feature_channels = 30
num_classes = 11

dataset = dict(
    ann_file=data_root + 'annotations.json',
    data_prefix=dict(feature=data_root + 'features'))
load = dict(
    type='LoadFeatures', stride=8, window=8, channels=feature_channels)
crop = dict(type='RandomTruncation', max_length=max_seq_len)
train_dataloader = dict(
    dataset=dict(
        **dataset,
        where=dict(subject=[1]),
        pipeline=[load, crop, _base_.pack]))
val_dataloader = dict(
    dataset=dict(
        **dataset, where=dict(subject=[2]), pipeline=[load, _base_.pack]))
test_dataloader = val_dataloader
