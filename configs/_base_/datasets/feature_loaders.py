# Loaders and evaluator of localizers on stored features, which every dataset
# includes.
#
# A dataset's config adds its files, its pipelines, the names of its subsets,
# and what models ask for: max_seq_len, feature_channels and num_classes.
pack = dict(type='PackFeatures')

auto_scale_lr = dict(enable=False, base_batch_size=2)
train_dataloader = dict(
    batch_size=2,
    num_workers=0,
    drop_last=True,
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(type='TemporalLocalizationDataset'))
val_dataloader = dict(
    batch_size=1,
    num_workers=0,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(type='TemporalLocalizationDataset', test_mode=True))
test_dataloader = val_dataloader

val_evaluator = dict(type='TemporalLocalizationMetric')
test_evaluator = val_evaluator
