# Loaders of features of your own, as custom.py tells them.
_base_ = ['./feature_loaders.py', './custom.py']

dataset = dict(
    ann_file=_base_.ann_file,
    data_prefix=dict(feature=_base_.feature_folder),
    filename_tmpl=_base_.filename_tmpl)
load = dict(
    type='LoadFeatures',
    **_base_.feature_grid,
    channels=_base_.feature_channels)
workers = dict(num_workers=2, persistent_workers=True)
train_dataloader = dict(
    **workers,
    # few videos come several times an epoch
    sampler=dict(type='SmallSetSampler'),
    dataset=dict(
        **dataset,
        subset=_base_.train_subset,
        pipeline=[
            load,
            dict(type='RandomTruncation', max_length=_base_.max_seq_len),
            _base_.pack
        ]))
val_dataloader = dict(
    **workers,
    dataset=dict(
        **dataset, subset=_base_.val_subset, pipeline=[load, _base_.pack]))
test_dataloader = val_dataloader
