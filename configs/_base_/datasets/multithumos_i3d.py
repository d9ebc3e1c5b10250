# MultiTHUMOS: the videos of THUMOS14, 65 classes, densely annotated; with the
# I3D features for THUMOS14.
_base_ = './benchmark_loaders.py'

max_seq_len = 2304
feature_channels = 2048
num_classes = 65

dataset = dict(
    ann_file='data/multithumos/annotations/multithumos.json',
    data_prefix=dict(feature='data/thumos/i3d_features'),
    # That of video_test_0001292, which the annotation files for THUMOS14
    # leave out: what most of the others have.
    fps=30,
    invalid_segments='keep',
    missing_features='skip')
load = dict(
    type='LoadFeatures', stride=4, window=16, channels=feature_channels)
crop = dict(type='RandomTruncation', max_length=max_seq_len)
train_dataloader = dict(
    dataset=dict(
        **dataset, subset='training', pipeline=[load, crop, _base_.pack]))
val_dataloader = dict(
    dataset=dict(**dataset, subset='testing', pipeline=[load, _base_.pack]))
test_dataloader = val_dataloader

val_evaluator = dict(
    iou_thresholds=[0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9])
test_evaluator = val_evaluator
