# Ego4D moment queries with the official SlowFast features, cut into clips:
# 2304 channels, every 16 frames of videos at 30 frames per second, 32 frames
# each. 110 classes.
data_root = 'data/ego4d/'
max_seq_len = 1024

dataset = dict(
    type='TemporalLocalizationDataset',
    ann_file=data_root + 'annotations/ego4d_mq.json',
    data_prefix=dict(feature=data_root + 'slowfast_features'),
    invalid_segments='keep',
    missing_features='skip')
load = [dict(type='LoadFeatures', stride=16, window=32, fps=30, channels=2304)]
prepare = [
    dict(type='RandomTruncation', max_length=max_seq_len, keep_ratio=0.3),
    dict(type='PackFeatures')
]
auto_scale_lr = dict(enable=False, base_batch_size=2)
train_dataloader = dict(
    batch_size=2,
    num_workers=4,
    persistent_workers=True,
    drop_last=True,
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(**dataset, subset='training', pipeline=[*load, *prepare]))
val_dataloader = dict(
    batch_size=1,
    num_workers=4,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        **dataset,
        subset='validation',
        pipeline=[*load, dict(type='PackFeatures')],
        test_mode=True))
test_dataloader = val_dataloader

val_evaluator = dict(
    type='TemporalLocalizationMetric',
    iou_thresholds=[0.1, 0.2, 0.3, 0.4, 0.5],
    recall_topk=[1, 5])
test_evaluator = val_evaluator
