# BSP on gestures of one person, tested on the other: a minute on a CPU.
_base_ = '../_base_/bsp_temporal.py'

data_root = 'data/gesture/'
source = dict(
    type='UntrimmedFrameDataset',
    ann_file=data_root + 'annotations.json',
    data_prefix=dict(feature=data_root + 'features'),
    interval=0.25)
pipeline = [
    dict(
        type='SynthesizeBoundary',
        load=dict(type='SampleFeatures', stride=8, window=8, channels=30)),
    dict(type='PackBoundaryClip')
]
model = dict(encoder=dict(in_channels=30))
train_dataloader = dict(
    dataset=dict(
        source=dict(source, where=dict(subject=[1])), pipeline=pipeline))
val_dataloader = dict(
    dataset=dict(
        source=dict(source, where=dict(subject=[2])), pipeline=pipeline))
test_dataloader = val_dataloader
