# A template: stage 1 and 2 on your own features. Change what is marked.
_base_ = './similarity_temporal_1xb224-80e_fir-feature-0.25s.py'

data_root = 'data/mine/'  # CHANGE
interval = 0.5  # seconds between embeddings; about the step of the features
channels = 2048  # CHANGE: width of the features

model = dict(backbone=dict(in_channels=channels))
dataset = dict(
    ann_file=data_root + 'annotations.json',
    data_prefix=dict(feature=data_root + 'features'),
    filename_tmpl='{}.npy',  # CHANGE for .npz or .pt
    interval=interval,
    pipeline=[
        # CHANGE as in the config of the localizer
        dict(type='SampleFeatures', stride=4, window=16, channels=channels),
        dict(type='PackFrames')
    ])
train_dataloader = dict(
    sampler=dict(min_samples=224),  # few instances are seen several times
    dataset=dict(**dataset, where=None, subset='training'))  # CHANGE
test_dataloader = dict(dataset=dataset)
test_cfg = dict(out_dir=data_root + 'embeddings')
param_scheduler = [  # ends with training
    dict(type='CosineAnnealingLR', convert_to_iter_based=True)
]
