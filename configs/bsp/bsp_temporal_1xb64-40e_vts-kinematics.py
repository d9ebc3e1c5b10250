# BSP on open suturing with sensors on both hands; fold 3 tests it.
_base_ = '../_base_/bsp_temporal.py'

data_root = 'data/vts/'
source = dict(
    type='UntrimmedFrameDataset',
    ann_file=data_root + 'annotations.json',
    data_prefix=dict(feature=data_root + 'features'),
    interval=4 / 15)
pipeline = [
    dict(
        type='SynthesizeBoundary',
        load=dict(type='SampleFeatures', stride=4, window=4, channels=108)),
    dict(type='PackBoundaryClip')
]
model = dict(encoder=dict(in_channels=108))
# actions are short: 2 s are what most of them fill
synthesis = dict(half_length=3)
train_dataloader = dict(
    dataset=dict(
        source=dict(source, where=dict(fold=[0, 1, 2])),
        synthesis=synthesis,
        pipeline=pipeline))
val_dataloader = dict(
    dataset=dict(
        source=dict(source, where=dict(fold=3)),
        synthesis=synthesis,
        pipeline=pipeline))
test_dataloader = val_dataloader
