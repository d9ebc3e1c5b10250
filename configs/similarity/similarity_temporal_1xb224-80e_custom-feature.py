# A template: stages 1 and 2 on features of your own, which custom.py tells.
_base_ = ['../_base_/similarity_temporal.py', '../_base_/datasets/custom.py']

# seconds between embeddings: 0.5 does for actions of two seconds or longer,
# and if the features are not coarser
interval = 0.5
reaches = (2, 4)  # changes within so many embeddings

model = dict(
    backbone=dict(in_channels=_base_.feature_channels, reaches=reaches))
dataset = dict(
    ann_file=_base_.ann_file,
    data_prefix=dict(feature=_base_.feature_folder),
    filename_tmpl=_base_.filename_tmpl,
    interval=interval,
    context=max(reaches),
    pipeline=[
        dict(
            type='SampleFeatures',
            **_base_.feature_grid,
            channels=_base_.feature_channels),
        dict(type='PackFrames')
    ])
train_dataloader = dict(
    sampler=dict(min_samples=224),  # few instances are seen several times
    dataset=dict(
        **dataset,
        subset=_base_.train_subset,
        # what is within two seconds of an instance is hard to tell from it
        hard_negative_window=2.0,
        surroundings='any'))
test_dataloader = dict(dataset=dataset)
test_cfg = dict(out_dir=_base_.data_root + 'embeddings')
param_scheduler = [  # ends with training
    dict(type='CosineAnnealingLR', convert_to_iter_based=True)
]
