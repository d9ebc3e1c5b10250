# Stage 1 on stored clip features: a minute on a CPU.
_base_ = '../_base_/similarity_temporal.py'

data_root = 'data/fir/'
reaches = (2, 4)  # changes within half a second and within a second

model = dict(backbone=dict(in_channels=1280, reaches=reaches))
dataset = dict(
    ann_file=data_root + 'annotations.json',
    data_prefix=dict(feature=data_root + 'features'),
    filename_tmpl='{}.npz',
    interval=0.25,
    context=max(reaches),
    pipeline=[
        dict(type='SampleFeatures', channels=1280),
        dict(type='PackFrames')
    ])
train_dataloader = dict(
    dataset=dict(
        **dataset,
        where=dict(fold=[0, 1]),
        # as for frames: actions here follow each other closely
        hard_negative_window=2.0,
        surroundings='any'))
test_dataloader = dict(dataset=dataset)
test_cfg = dict(out_dir=data_root + 'embeddings_temporal')
