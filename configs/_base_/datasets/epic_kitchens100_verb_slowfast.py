# EPIC-KITCHENS-100, verbs, with ActionFormer's SlowFast features: 2304
# channels, every 16 frames of videos at 30 frames per second, 32 frames each.
data_root = 'data/epic_kitchens/'
max_seq_len = 2304

dataset = dict(
    type='TemporalLocalizationDataset',
    ann_file=data_root + 'annotations/epic_kitchens100_verb.json',
    data_prefix=dict(feature=data_root + 'features'),
    filename_tmpl='{}.npz',
    invalid_segments='keep')
load = [
    dict(
        type='LoadFeatures',
        stride=16,
        window=32,
        fps=30,
        channels=2304,
        key='feats')
]
auto_scale_lr = dict(enable=False, base_batch_size=2)
train_dataloader = dict(
    batch_size=2,
    num_workers=4,
    persistent_workers=True,
    drop_last=True,
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(
        **dataset,
        subset='training',
        pipeline=[
            *load,
            dict(
                type='RandomTruncation',
                max_length=max_seq_len,
                keep_ratio=0.3),
            dict(type='PackFeatures')
        ]))
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
    iou_thresholds=[0.1, 0.2, 0.3, 0.4, 0.5])
test_evaluator = val_evaluator
