# Made-up boundaries for a CPU: trimmed clips of surveillance cameras (fight or
# not), and instances of FIR's training videos, at 64 px.
_base_ = './boundary_loaders.py'

clips_root = 'data/surveillance/'
fir_root = 'data/fir/'
clips = dict(
    type='VideoDataset',
    ann_file=clips_root + 'train.txt',
    data_prefix=dict(video=clips_root))
fir = dict(
    type='UntrimmedFrameDataset',
    ann_file=fir_root + 'annotations.json',
    data_prefix=dict(video=fir_root + 'videos'),
    interval=0.08,
    where=dict(fold=[0, 1]))
synthesize = dict(
    type='SynthesizeBoundary',
    # all frames of these clips have one time stamp: they are counted
    load=[dict(type='LoadNumberedFrames'), dict(type='LoadVideoFrames')],
    short_side=72)
pack = [
    dict(type='FormatShape', input_format='NCHW'),
    dict(type='PackBoundaryClip')
]
train_pipeline = [
    synthesize,
    dict(type='RandomResizedCrop', area_range=(0.5, 1.0)),
    dict(type='Resize', scale=(64, 64), keep_ratio=False),
    dict(type='Flip', flip_ratio=0.5), *pack
]
val_pipeline = [synthesize, dict(type='CenterCrop', crop_size=64), *pack]
dataset = dict(
    interval=[1 / 15, None], fps=[30, None], unusable_clips='skip')
train_dataloader = dict(
    batch_size=32,
    num_workers=2,
    dataset=dict(**dataset, source=[clips, fir], pipeline=train_pipeline))
val_dataloader = dict(
    batch_size=32,
    num_workers=1,
    dataset=dict(
        **dataset,
        source=[
            dict(clips, ann_file=clips_root + 'test.txt'),
            dict(fir, where=dict(fold=2))
        ],
        pipeline=val_pipeline))
test_dataloader = val_dataloader
auto_scale_lr = dict(enable=False, base_batch_size=32)
