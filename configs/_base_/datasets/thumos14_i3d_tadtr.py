# THUMOS14 as TadTR reads it: the two-stream I3D features of P-GCN (2048
# channels, every 8 video frames, 8 frames each), one torch file for each
# video, to whose name `.pt` has been appended. Training samples are windows,
# test samples whole videos. The annotation file is that of ActionFormer's
# authors, with the test videos that TadTR counts.
_base_ = './benchmark_loaders.py'

data_root = 'data/thumos/'
window_size = 128
feature_channels = 2048
num_classes = 20

dataset = dict(
    ann_file=data_root + 'annotations/thumos14.json',
    data_prefix=dict(feature=data_root + 'i3d_pgcn_features'),
    filename_tmpl='{}.pt',
    invalid_segments='keep',
    ground_truth='thumos14-tadtr',
    missing_features='skip')
load = dict(
    type='LoadFeatures', stride=8, window=8, channels=feature_channels)
auto_scale_lr = dict(base_batch_size=16)
train_dataloader = dict(
    batch_size=16,
    dataset=dict(
        type='SlidingWindowDataset',
        **dataset,
        subset='validation',  # THUMOS14 has no annotated training videos
        window_size=window_size,
        overlap=0.75,
        min_share=0.75,
        pipeline=[load, dict(type='CropWindow'), _base_.pack]))
val_dataloader = dict(
    dataset=dict(**dataset, subset='test', pipeline=[load, _base_.pack]))
test_dataloader = val_dataloader

val_evaluator = dict(convention='activitynet')
test_evaluator = val_evaluator
