# Stage 1 on open suturing with sensors on both hands: minutes on a CPU.
_base_ = '../_base_/similarity_temporal.py'

data_root = 'data/vts/'
reaches = (2, 4)  # changes within half a second and a second

model = dict(backbone=dict(in_channels=108, reaches=reaches))
dataset = dict(
    ann_file=data_root + 'annotations.json',
    data_prefix=dict(feature=data_root + 'features'),
    filename_tmpl='{}.npy',
    interval=4 / 15,
    context=max(reaches),
    pipeline=[
        dict(type='SampleFeatures', stride=4, window=4, channels=108),
        dict(type='PackFrames')
    ])
train_dataloader = dict(
    dataset=dict(
        **dataset,
        where=dict(fold=[0, 1, 2]),
        # as for FIR: actions follow each other closely
        hard_negative_window=2.0,
        surroundings='any'))
test_dataloader = dict(dataset=dataset)

train_cfg = dict(max_epochs=40)
param_scheduler = [
    dict(
        type='CosineAnnealingLR', begin=0, end=40, convert_to_iter_based=True)
]
test_cfg = dict(out_dir=data_root + 'embeddings_temporal')
