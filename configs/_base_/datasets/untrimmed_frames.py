# Frames of untrimmed videos at 224 px with ImageNet's normalization, for
# stages 1 and 2; a config adds annotations, videos and the interval.
train_pipeline = [
    dict(type='LoadVideoFrames'),
    dict(type='RandomResizedCrop', area_range=(0.5, 1.0)),
    dict(type='Resize', scale=(224, 224), keep_ratio=False),
    dict(type='Flip', flip_ratio=0.5),
    dict(type='FormatShape', input_format='NCHW'),
    dict(type='PackFrames')
]
test_pipeline = [
    dict(type='LoadVideoFrames'),
    dict(type='Resize', scale=(224, 224), keep_ratio=False),
    dict(type='FormatShape', input_format='NCHW'),
    dict(type='PackFrames')
]
auto_scale_lr = dict(enable=False, base_batch_size=112)
train_dataloader = dict(
    batch_size=112,
    num_workers=8,
    persistent_workers=True,
    drop_last=True,
    sampler=dict(type='HardNegativePairSampler', samples_per_class=2),
    dataset=dict(type='UntrimmedFrameDataset', pipeline=train_pipeline))
test_dataloader = dict(
    batch_size=1,
    num_workers=8,
    sampler=dict(type='VideoShardSampler'),
    dataset=dict(
        type='UntrimmedFrameDataset',
        chunk_size=64,
        pipeline=test_pipeline,
        test_mode=True))
test_evaluator = []
