# Stored clip features of untrimmed videos at sampled times, for stages 1 and
# 2; a config adds annotations, features and how to sample them.
_base_ = './embedding_loaders.py'

dataset = dict(type='UntrimmedFrameDataset', interval=1.0, context=2)
train_dataloader = dict(
    batch_size=224,
    num_workers=0,
    drop_last=True,
    sampler=dict(type='HardNegativePairSampler', samples_per_class=4),
    dataset=dataset)
test_dataloader = dict(dataset=dataset)
auto_scale_lr = dict(enable=False, base_batch_size=224)
