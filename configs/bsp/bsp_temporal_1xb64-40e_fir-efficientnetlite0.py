# BSP on features of FIR's frames, four a second; fold 2 tests it.
_base_ = '../_base_/bsp_temporal.py'

data_root = 'data/fir/'
source = dict(
    type='UntrimmedFrameDataset',
    ann_file=data_root + 'annotations.json',
    data_prefix=dict(feature=data_root + 'features'),
    filename_tmpl='{}.npz',
    interval=0.25)
pipeline = [
    dict(
        type='SynthesizeBoundary',
        load=dict(type='SampleFeatures', channels=1280)),
    dict(type='PackBoundaryClip')
]
model = dict(encoder=dict(in_channels=1280))
train_dataloader = dict(
    dataset=dict(
        source=dict(source, where=dict(fold=[0, 1])), pipeline=pipeline))
val_dataloader = dict(
    dataset=dict(source=dict(source, where=dict(fold=2)), pipeline=pipeline))
test_dataloader = val_dataloader
