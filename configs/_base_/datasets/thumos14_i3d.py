# THUMOS14 with the two-stream I3D features of ActionFormer's authors:
# 2048 channels, every 4 video frames, 16 frames each. The annotation file is
# the one that comes with them; it holds segments that end beyond their video.
_base_ = './benchmark_loaders.py'

data_root = 'data/thumos/'
max_seq_len = 2304
feature_channels = 2048
num_classes = 20

dataset = dict(
    ann_file=data_root + 'annotations/thumos14.json',
    data_prefix=dict(feature=data_root + 'i3d_features'),
    invalid_segments='keep',
    ground_truth='thumos14-actionformer',
    missing_features='skip')
load = dict(
    type='LoadFeatures', stride=4, window=16, channels=feature_channels)
crop = dict(type='RandomTruncation', max_length=max_seq_len)
train_dataloader = dict(
    dataset=dict(
        **dataset,
        subset='validation',  # THUMOS14 has no annotated training videos
        pipeline=[load, crop, _base_.pack]))
val_dataloader = dict(
    dataset=dict(**dataset, subset='test', pipeline=[load, _base_.pack]))
test_dataloader = val_dataloader
