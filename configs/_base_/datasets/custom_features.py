# A template for your own features: copy this file and change what is marked.
data_root = 'data/mine/'  # CHANGE
max_seq_len = 2304  # longest crop in training; a multiple of 2 ** levels

dataset = dict(
    type='TemporalLocalizationDataset',
    ann_file=data_root + 'annotations.json',
    data_prefix=dict(feature=data_root + 'features'),
    filename_tmpl='{}.npy')  # CHANGE for .npz or .pt
load = [
    # CHANGE: video frames from one step to the next, video frames that a step
    # describes, and the width of the features. Files that
    # tools/extract_features.py wrote need no stride and window.
    dict(type='LoadFeatures', stride=4, window=16, channels=2048)
]
auto_scale_lr = dict(enable=False, base_batch_size=2)
train_dataloader = dict(
    batch_size=2,
    num_workers=2,
    persistent_workers=True,
    drop_last=True,
    # few videos come several times an epoch
    sampler=dict(type='SmallSetSampler', shuffle=True),
    dataset=dict(
        **dataset,
        subset='training',  # CHANGE to your own names of subsets
        pipeline=[
            *load,
            dict(type='RandomTruncation', max_length=max_seq_len),
            dict(type='PackFeatures')
        ]))
val_dataloader = dict(
    batch_size=1,
    num_workers=2,
    persistent_workers=True,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        **dataset,
        subset='validation',  # CHANGE
        pipeline=[*load, dict(type='PackFeatures')],
        test_mode=True))
test_dataloader = val_dataloader

val_evaluator = dict(type='TemporalLocalizationMetric')
test_evaluator = val_evaluator
