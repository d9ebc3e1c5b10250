# Gestures of two people with sensors on one arm (ActRecTut): localization that
# is trained on one person and tested on the other. tools/data/gesture prepares
# the features: means and deviations of 8 samples at 32 Hz.
data_root = 'data/gesture/'
max_seq_len = 384

dataset = dict(
    type='TemporalLocalizationDataset',
    ann_file=data_root + 'annotations.json',
    data_prefix=dict(feature=data_root + 'features'))
load = [dict(type='LoadFeatures', stride=8, window=8, channels=30)]
auto_scale_lr = dict(enable=False, base_batch_size=2)
train_dataloader = dict(
    batch_size=2,
    num_workers=0,
    drop_last=True,
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(
        **dataset,
        where=dict(subject=[1]),
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
        where=dict(subject=[2]),
        pipeline=[*load, dict(type='PackFeatures')],
        test_mode=True))
test_dataloader = val_dataloader

val_evaluator = dict(type='TemporalLocalizationMetric')
test_evaluator = val_evaluator
