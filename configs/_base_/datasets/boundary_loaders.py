# Clips with made-up boundaries of every kind, as many of each in a batch, for
# boundary-sensitive pretraining. A config adds the source and a pipeline.
dataset = dict(type='BoundaryClipDataset')
train_dataloader = dict(
    batch_size=64,
    num_workers=8,
    persistent_workers=True,
    drop_last=True,
    sampler=dict(type='BoundaryKindSampler'),
    dataset=dataset)
val_dataloader = dict(
    batch_size=64,
    num_workers=4,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(**dataset, test_mode=True))
test_dataloader = val_dataloader
val_evaluator = dict(
    type='AccMetric',
    metric_list=('top_k_accuracy', 'mean_class_accuracy'),
    metric_options=dict(top_k_accuracy=dict(topk=(1, ))))
test_evaluator = val_evaluator
auto_scale_lr = dict(enable=False, base_batch_size=64)
