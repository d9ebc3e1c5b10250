# Stage 1 on gestures of one person; a minute on a CPU.
_base_ = '../_base_/similarity_temporal.py'

data_root = 'data/gesture/'
reaches = (2, 4)  # changes within half a second and within a second

model = dict(backbone=dict(in_channels=30, reaches=reaches))
dataset = dict(
    ann_file=data_root + 'annotations.json',
    data_prefix=dict(feature=data_root + 'features'),
    filename_tmpl='{}.npy',
    interval=0.25,
    context=max(reaches),
    pipeline=[
        dict(type='SampleFeatures', stride=8, window=8, channels=30),
        dict(type='PackFrames')
    ])
train_dataloader = dict(
    dataset=dict(
        **dataset,
        where=dict(subject=[1]),
        # as for FIR: gestures follow each other closely
        hard_negative_window=2.0,
        surroundings='any'))
test_dataloader = dict(dataset=dataset)
test_cfg = dict(out_dir=data_root + 'embeddings_temporal')

train_cfg = dict(max_epochs=40)
param_scheduler = [
    dict(
        type='CosineAnnealingLR', begin=0, end=40, convert_to_iter_based=True)
]
