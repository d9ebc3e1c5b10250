# FIR: stored clip features, for localization. Fold 2 is kept for testing.
_base_ = './feature_loaders.py'

data_root = 'data/fir/'
max_seq_len = 896
feature_channels = 1280
num_classes = 4

dataset = dict(
    ann_file=data_root + 'annotations.json',
    data_prefix=dict(feature=data_root + 'features'),
    filename_tmpl='{}.npz')
# the grid is in the files: tools/extract_features.py wrote them
load = dict(type='LoadFeatures', channels=feature_channels)
crop = dict(type='RandomTruncation', max_length=max_seq_len)
train_dataloader = dict(
    dataset=dict(
        **dataset,
        where=dict(fold=[0, 1]),
        pipeline=[load, crop, _base_.pack]))
val_dataloader = dict(
    dataset=dict(
        **dataset, where=dict(fold=[2]), pipeline=[load, _base_.pack]))
test_dataloader = val_dataloader

# How tools/localize.py makes the same features from raw video.
video_input = dict(
    extractor='features/efficientnetlite0_1x1x1-4fps_fir-rgb.py')
