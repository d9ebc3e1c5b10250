# A template: stage 1 and 2 on your own features. Change what is marked.
_base_ = '../_base_/similarity_temporal.py'

data_root = 'data/mine/'  # CHANGE
interval = 0.5  # seconds between embeddings; about the step of the features
channels = 2048  # CHANGE: width of the features
reaches = (2, 4)  # changes within so many embeddings

model = dict(backbone=dict(in_channels=channels, reaches=reaches))
dataset = dict(
    ann_file=data_root + 'annotations.json',
    data_prefix=dict(feature=data_root + 'features'),
    filename_tmpl='{}.npy',  # CHANGE for .npz or .pt
    interval=interval,
    context=max(reaches),
    pipeline=[
        # CHANGE as in the config of the localizer
        dict(type='SampleFeatures', stride=4, window=16, channels=channels),
        dict(type='PackFrames')
    ])
train_dataloader = dict(
    sampler=dict(min_samples=224),  # few instances are seen several times
    dataset=dict(
        **dataset,
        subset='training',  # CHANGE
        # what is within two seconds of an instance is hard to tell from it
        hard_negative_window=2.0,
        surroundings='any'))
test_dataloader = dict(dataset=dataset)
test_cfg = dict(out_dir=data_root + 'embeddings')
param_scheduler = [  # ends with training
    dict(type='CosineAnnealingLR', convert_to_iter_based=True)
]
