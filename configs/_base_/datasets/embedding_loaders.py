# Stage 2: all frames of whole videos, in order. A config adds the dataset.
test_dataloader = dict(
    batch_size=1,
    num_workers=0,
    sampler=dict(type='VideoShardSampler'),
    dataset=dict(test_mode=True))
test_evaluator = []
