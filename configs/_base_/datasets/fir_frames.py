# FIR: sampled frames, for stage 1 and 2. Fold 2 is kept for testing.
data_root = 'data/fir/'
interval = 0.25
train_pipeline = [
    dict(type='LoadVideoFrames'),
    dict(type='RandomResizedCrop', area_range=(0.5, 1.0)),
    dict(type='Resize', scale=(160, 160), keep_ratio=False),
    dict(type='Flip', flip_ratio=0.5),
    dict(type='FormatShape', input_format='NCHW'),
    dict(type='PackFrames')
]
test_pipeline = [
    dict(type='LoadVideoFrames'),
    dict(type='Resize', scale=(160, 160), keep_ratio=False),
    dict(type='FormatShape', input_format='NCHW'),
    dict(type='PackFrames')
]
train_dataloader = dict(
    batch_size=112,
    num_workers=2,
    persistent_workers=True,
    drop_last=True,
    sampler=dict(type='HardNegativePairSampler', samples_per_class=2),
    dataset=dict(
        type='UntrimmedFrameDataset',
        ann_file=data_root + 'annotations.json',
        data_prefix=dict(video=data_root + 'videos'),
        interval=interval,
        where=dict(fold=[0, 1]),
        hard_negative_window=2.0,
        surroundings='any',
        pipeline=train_pipeline))
test_dataloader = dict(
    batch_size=1,
    num_workers=1,
    sampler=dict(type='VideoShardSampler'),
    dataset=dict(
        type='UntrimmedFrameDataset',
        ann_file=data_root + 'annotations.json',
        data_prefix=dict(video=data_root + 'videos'),
        interval=interval,
        chunk_size=32,
        pipeline=test_pipeline,
        test_mode=True))
test_evaluator = []
