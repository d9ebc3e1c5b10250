# FIR's frames, four a second, stored by tools/data/store_frames.py with
# --fps 4 --size 72: clips of 64 s and 64 px. Fold 2 is kept for testing.
_base_ = './clip_loaders.py'

data_root = 'data/fir/'
num_classes = 4

frames = dict(
    ann_file=data_root + 'annotations.json',
    data_prefix=dict(feature=data_root + 'frames/rgb'))
clips = dict(window_size=256, overlap=0.75, min_share=0.5)
sample = dict(type='SampleStoredFrames', fps=4)
train_dataloader = dict(
    batch_size=2,
    num_workers=0,
    persistent_workers=False,
    dataset=dict(
        **frames,
        **clips,
        where=dict(fold=[0, 1]),
        pipeline=[
            sample, _base_.crop_window, _base_.read,
            dict(type='RandomCrop', size=64),
            dict(type='FlipFrames', flip_ratio=0.5),
            dict(type='SpliceBackground', clip_length=256),
            _base_.pack_spliced
        ]))
# Videos, of which the same frames are seen: as tools/localize.py needs it.
val_dataloader = dict(
    num_workers=0,
    persistent_workers=False,
    dataset=dict(
        ann_file=data_root + 'annotations.json',
        data_prefix=dict(video=data_root + 'videos'),
        where=dict(fold=[2]),
        pipeline=[
            dict(type='SampleFrameEvery', interval=0.25),
            dict(
                type='DecodeFrames',
                each=[dict(type='ShrinkFrames', size=72)]),
            dict(type='CenterCrop', crop_size=64), _base_.pack
        ]))
test_dataloader = val_dataloader
auto_scale_lr = dict(base_batch_size=2)
