# HACS Segments with its official I3D features (RGB), as TriDet reads them:
# 2048 channels, two a second. 200 classes.
data_root = 'data/hacs/'
max_seq_len = 512

dataset = dict(
    type='TemporalLocalizationDataset',
    ann_file=data_root + 'annotations/hacs_segments_v1.1.1.json',
    invalid_segments='keep',
    # The reference reads annotation files from which videos without features
    # are removed.
    missing_features='skip')
load = [dict(type='LoadFeatures', stride=1, window=1, fps=2, channels=2048)]
prepare = [
    dict(type='DropRepeatedInstances'),
    dict(type='ClipInstances', keep_ratio=0, slack=False),
    dict(type='RandomTruncation', max_length=max_seq_len, slack=False),
    dict(type='PackFeatures')
]
auto_scale_lr = dict(enable=False, base_batch_size=16)
train_dataloader = dict(
    batch_size=16,
    num_workers=4,
    persistent_workers=True,
    drop_last=True,
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(
        **dataset,
        data_prefix=dict(feature=data_root + 'i3d_feature/training'),
        subset='training',
        pipeline=[*load, *prepare]))
val_dataloader = dict(
    batch_size=1,
    num_workers=4,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        **dataset,
        data_prefix=dict(feature=data_root + 'i3d_feature/validation'),
        subset='validation',
        pipeline=[*load, dict(type='PackFeatures')],
        test_mode=True))
test_dataloader = val_dataloader

val_evaluator = dict(
    type='TemporalLocalizationMetric',
    convention='tridet',
    iou_thresholds=[0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95])
test_evaluator = val_evaluator
