# THUMOS14 as G-TAD reads it: two-stream TSN features (2048 channels, flow
# before RGB), a row for each video frame, of which every fifth is taken. Their
# four files are folder/subset.h5 here. Samples of training are windows,
# of which some instance is nearly all inside. UntrimmedNet names the classes.
# The annotation file is that of ActionFormer's authors; G-TAD also trains on
# 89 instances that are marked as ambiguous, which it does not have.
_base_ = './benchmark_loaders.py'

data_root = 'data/thumos/'
feature_channels = 2048
num_classes = 1
window_size = 256
ignored_rest = 51  # a fifth of a window

dataset = dict(
    ann_file=data_root + 'annotations/thumos14.json',
    data_prefix=dict(
        feature=[data_root + 'tsn_flow', data_root + 'tsn_rgb']),
    filename_tmpl='{subset}.h5/{}',
    invalid_segments='keep',
    ground_truth='thumos14-afsd',
    missing_features='skip')
# row k is frame k, so that a step stands for no more than its frame
load = dict(
    type='LoadFeatures',
    stride=5,
    window=0,
    every=5,
    channels=feature_channels,
    length_slack=1000)
pack = dict(
    type='PackFeatures',
    meta_keys=('video_name', 'duration', 'grid', 'video_scores'))
auto_scale_lr = dict(base_batch_size=8)
train_dataloader = dict(
    batch_size=8,
    drop_last=False,
    dataset=dict(
        type='SlidingWindowDataset',
        **dataset,
        subset='validation',  # THUMOS14 has no annotated training videos
        window_size=window_size,
        overlap=0.5,
        min_share=0.9000000000000001,  # more than 0.9
        cut_instances=False,
        num_durations=64,
        ignored_rest=ignored_rest,
        pipeline=[load, dict(type='CropWindow'), dict(type='PackFeatures')]))
val_dataloader = dict(
    dataset=dict(
        **dataset,
        subset='test',
        pipeline=[
            load,
            dict(
                type='LoadVideoScores',
                path=data_root + 'annotations/uNet_test.npy'), pack
        ]))
test_dataloader = val_dataloader

val_evaluator = dict(convention='activitynet')
test_evaluator = val_evaluator
