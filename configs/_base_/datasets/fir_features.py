# FIR: stored clip features, for localization. Fold 2 is kept for testing.
data_root = 'data/fir/'
max_seq_len = 896

dataset = dict(
    type='TemporalLocalizationDataset',
    ann_file=data_root + 'annotations.json',
    data_prefix=dict(feature=data_root + 'features'),
    filename_tmpl='{}.npz')
load = [
    # the grid is in the files: tools/extract_features.py wrote them
    dict(type='LoadFeatures', channels=1280)
]
auto_scale_lr = dict(enable=False, base_batch_size=2)
train_dataloader = dict(
    batch_size=2,
    num_workers=0,
    drop_last=True,
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(
        **dataset,
        where=dict(fold=[0, 1]),
        pipeline=[
            *load,
            dict(type='RandomTruncation', max_length=max_seq_len),
            dict(type='PackFeatures')
        ]))
val_dataloader = dict(
    batch_size=1,
    num_workers=0,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        **dataset,
        where=dict(fold=[2]),
        pipeline=[*load, dict(type='PackFeatures')],
        test_mode=True))
test_dataloader = val_dataloader

# How tools/localize.py makes the same features from raw video.
video_input = dict(
    extractor='similarity/extract_efficientnetlite0_fir-rgb-0.25s.py')

val_evaluator = dict(type='TemporalLocalizationMetric')
test_evaluator = val_evaluator
