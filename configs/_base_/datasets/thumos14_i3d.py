# THUMOS14 with the two-stream I3D features of ActionFormer's authors:
# 2048 channels, every 4 video frames, 16 frames each. The annotation file is
# the one that comes with them; it holds segments that end beyond their video.
data_root = 'data/thumos/'
max_seq_len = 2304

dataset = dict(
    type='TemporalLocalizationDataset',
    ann_file=data_root + 'annotations/thumos14.json',
    data_prefix=dict(feature=data_root + 'i3d_features'),
    invalid_segments='keep',
    ground_truth='thumos14-actionformer',
    missing_features='skip')
load = [dict(type='LoadFeatures', stride=4, window=16, channels=2048)]
auto_scale_lr = dict(enable=False, base_batch_size=2)
train_dataloader = dict(
    batch_size=2,
    num_workers=4,
    persistent_workers=True,
    drop_last=True,
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(
        **dataset,
        subset='validation',  # THUMOS14 has no annotated training videos
        pipeline=[
            *load,
            dict(type='RandomTruncation', max_length=max_seq_len),
            dict(type='PackFeatures')
        ]))
val_dataloader = dict(
    batch_size=1,
    num_workers=4,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        **dataset,
        subset='test',
        pipeline=[*load, dict(type='PackFeatures')],
        test_mode=True))
test_dataloader = val_dataloader

val_evaluator = dict(type='TemporalLocalizationMetric')
test_evaluator = val_evaluator
