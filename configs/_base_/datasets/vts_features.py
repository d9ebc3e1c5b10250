# Open suturing with sensors on both hands (VTS): localization that is tested
# on people it was not trained on. tools/data/vts prepares the features: means
# and deviations of 4 samples at 15 Hz. Fold 3 is kept for testing.
_base_ = './feature_loaders.py'

data_root = 'data/vts/'
max_seq_len = 768
feature_channels = 108
num_classes = 5

dataset = dict(
    ann_file=data_root + 'annotations.json',
    data_prefix=dict(feature=data_root + 'features'))
load = dict(
    type='LoadFeatures', stride=4, window=4, channels=feature_channels)
crop = dict(type='RandomTruncation', max_length=max_seq_len)
train_dataloader = dict(
    dataset=dict(
        **dataset,
        where=dict(fold=[0, 1, 2]),
        pipeline=[load, crop, _base_.pack]))
val_dataloader = dict(
    dataset=dict(
        **dataset, where=dict(fold=[3]), pipeline=[load, _base_.pack]))
test_dataloader = val_dataloader
