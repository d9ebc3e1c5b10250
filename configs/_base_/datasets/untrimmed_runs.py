# Stored clip features of untrimmed videos at sampled times, in runs, for
# stages 1 and 2; a config adds annotations, features and how to sample them.
_base_ = './embedding_loaders.py'

dataset = dict(type='UntrimmedRunDataset', context=31)
train_dataloader = dict(
    batch_size=8,
    num_workers=0,
    drop_last=True,
    # few videos come several times an epoch
    sampler=dict(type='SmallSetSampler', min_samples=160),
    dataset=dict(
        **dataset,
        # what is within two seconds of an instance is hard to tell from it,
        # be it background or another action
        hard_negative_window=2.0,
        surroundings='any'))
test_dataloader = dict(dataset=dataset)
auto_scale_lr = dict(enable=False, base_batch_size=8)
