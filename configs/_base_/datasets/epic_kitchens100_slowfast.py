# EPIC-KITCHENS-100 with ActionFormer's SlowFast features: 2304 channels, every
# 16 frames of videos at 30 frames per second, 32 frames each. Configs of verbs
# and of nouns add the annotation file and the number of classes.
_base_ = './benchmark_loaders.py'

data_root = 'data/epic_kitchens/'
max_seq_len = 2304
feature_channels = 2304
# actions are short and many
anchor_free_head = dict(
    initial_normalizer=250,
    point_generator=dict(
        regression_ranges=[(0, 4), (2, 8), (4, 16), (8, 32), (16, 64),
                           (32, 10000)]),
    post_processor=dict(
        pre_nms_topk=5000, nms=dict(sigma=0.4, max_per_video=2000)))

dataset = dict(
    data_prefix=dict(feature=data_root + 'features'),
    filename_tmpl='{}.npz',
    invalid_segments='keep')
load = dict(
    type='LoadFeatures',
    stride=16,
    window=32,
    fps=30,
    channels=feature_channels,
    key='feats')
crop = dict(type='RandomTruncation', max_length=max_seq_len, keep_ratio=0.3)
train_dataloader = dict(
    dataset=dict(
        **dataset, subset='training', pipeline=[load, crop, _base_.pack]))
val_dataloader = dict(
    dataset=dict(
        **dataset, subset='validation', pipeline=[load, _base_.pack]))
test_dataloader = val_dataloader

val_evaluator = dict(iou_thresholds=[0.1, 0.2, 0.3, 0.4, 0.5])
test_evaluator = val_evaluator
