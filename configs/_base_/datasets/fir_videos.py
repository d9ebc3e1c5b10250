# FIR's videos, four frames of 96 px a second, for localizers that see frames:
# windows of 16 s. Fold 2 is kept for testing.
_base_ = './feature_loaders.py'

data_root = 'data/fir/'
max_seq_len = 64
num_classes = 4

pack = dict(type='PackFrameWindow')
dataset = dict(
    ann_file=data_root + 'annotations.json',
    data_prefix=dict(video=data_root + 'videos'))
sample = dict(type='SampleFrameEvery', interval=0.25)
small = [dict(type='Resize', scale=(96, 96), keep_ratio=False)]
decode = dict(type='DecodeFrames', each=small)
train_dataloader = dict(
    num_workers=1,
    persistent_workers=True,
    dataset=dict(
        **dataset,
        where=dict(fold=[0, 1]),
        pipeline=[
            sample,
            dict(type='RandomTruncation', max_length=max_seq_len),
            dict(type='DecodeFrames'),
            dict(type='RandomResizedCrop', area_range=(0.5, 1.0)),
            *small,
            dict(type='Flip', flip_ratio=0.5), pack
        ]))
val_dataloader = dict(
    num_workers=1,
    persistent_workers=True,
    dataset=dict(
        **dataset, where=dict(fold=[2]), pipeline=[sample, decode, pack]))
test_dataloader = val_dataloader
