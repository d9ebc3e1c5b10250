# Stage 1 on stored clip features: a minute on a CPU.
_base_ = ['../_base_/default_runtime.py']

data_root = 'data/fir/'
reaches = (2, 4)  # changes within half a second and within a second

model = dict(
    type='FrameSimilarityLearner',
    backbone=dict(
        type='TemporalFeatureEncoder',
        in_channels=1280,
        channels=256,
        out_channels=64,
        num_layers=2,
        reaches=reaches,
        dropout=0.2),
    head=dict(type='PairContrastiveHead', margin=0.0))

dataset = dict(
    type='UntrimmedFrameDataset',
    ann_file=data_root + 'annotations.json',
    data_prefix=dict(feature=data_root + 'features'),
    filename_tmpl='{}.npz',
    interval=0.25,
    context=max(reaches),
    pipeline=[
        dict(type='SampleFeatures', channels=1280),
        dict(type='PackFrames')
    ])
auto_scale_lr = dict(enable=False, base_batch_size=224)
train_dataloader = dict(
    batch_size=224,
    num_workers=0,
    drop_last=True,
    sampler=dict(type='HardNegativePairSampler', samples_per_class=4),
    dataset=dict(
        **dataset,
        where=dict(fold=[0, 1]),
        # Actions here often follow each other without a pause: what comes
        # next is as hard a negative as background.
        hard_negative_window=2.0,
        surroundings='any'))
test_dataloader = dict(
    batch_size=1,
    num_workers=0,
    sampler=dict(type='VideoShardSampler'),
    dataset=dict(**dataset, test_mode=True))
test_evaluator = []

train_cfg = dict(type='EpochBasedTrainLoop', max_epochs=80)
test_cfg = dict(type='EmbedLoop', out_dir=data_root + 'embeddings')
optim_wrapper = dict(
    optimizer=dict(type='Adam', lr=1e-3, weight_decay=1e-4))
param_scheduler = [
    dict(
        type='CosineAnnealingLR', begin=0, end=80, convert_to_iter_based=True)
]
default_hooks = dict(checkpoint=dict(interval=20))
