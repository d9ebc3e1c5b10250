# ActivityNet-1.3 with TSP features: 512 channels, every 16 frames of videos at
# 15 frames per second, 16 frames each; resized to 192 steps.
#
# The localizer finds actions of any class. Classes come from an external
# classifier of whole videos (CUHK's), whose scores only tests need.
data_root = 'data/activitynet/'
max_seq_len = 192

dataset = dict(
    type='TemporalLocalizationDataset',
    ann_file=data_root + 'annotations/activitynet13.json',
    data_prefix=dict(feature=data_root + 'tsp_features'),
    filename_tmpl='v_{}.npy',
    # 12 of the official instances end before they start
    invalid_segments='keep',
    # The references read annotation files from which videos without features
    # are removed.
    missing_features='skip')
load = [
    dict(type='LoadFeatures', stride=16, window=16, fps=15, channels=512),
    dict(type='ResizeFeatures', length=max_seq_len)
]
test_pipeline = [
    *load,
    dict(
        type='LoadVideoScores',
        path=data_root + 'annotations/cuhk_val_simp_share.json'),
    dict(
        type='PackFeatures',
        meta_keys=('video_name', 'duration', 'grid', 'video_scores'))
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
        subset='training',
        pipeline=[
            *load,
            dict(type='DropRepeatedInstances', min_length=1e-3),
            dict(type='ClipInstances', keep_ratio=0.5),
            dict(type='RandomTruncation', max_length=max_seq_len),
            dict(type='ClassAgnosticLabels'),
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
        pipeline=test_pipeline,
        test_mode=True))
test_dataloader = val_dataloader

val_evaluator = dict(
    type='TemporalLocalizationMetric',
    iou_thresholds=[0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95])
test_evaluator = val_evaluator
