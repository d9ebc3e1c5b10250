# Made-up boundaries in Kinetics-400's trimmed videos, where MMAction2 expects
# them: 8 consecutive frames at 25 frames per second, at 224 px.
_base_ = './boundary_loaders.py'

data_root = 'data/kinetics400/'
synthesize = dict(
    type='SynthesizeBoundary',
    load=dict(type='LoadVideoFrames'),
    short_side=256)
pack = [
    dict(type='FormatShape', input_format='NCHW'),
    dict(type='PackBoundaryClip')
]
# one draw for all frames of a clip, whatever it is made of
train_pipeline = [
    synthesize,
    dict(type='RandomResizedCrop', area_range=(0.5, 1.0)),
    dict(type='Resize', scale=(224, 224), keep_ratio=False),
    dict(type='Flip', flip_ratio=0.5), *pack
]
val_pipeline = [synthesize, dict(type='CenterCrop', crop_size=224), *pack]
# too many videos to open each before training
dataset = dict(interval=0.04, read_lengths='when_drawn')
train_dataloader = dict(
    dataset=dict(
        **dataset,
        source=dict(
            type='VideoDataset',
            ann_file=data_root + 'kinetics400_train_list_videos.txt',
            data_prefix=dict(video=data_root + 'videos_train')),
        pipeline=train_pipeline))
val_dataloader = dict(
    dataset=dict(
        **dataset,
        source=dict(
            type='VideoDataset',
            ann_file=data_root + 'kinetics400_val_list_videos.txt',
            data_prefix=dict(video=data_root + 'videos_val')),
        pipeline=val_pipeline))
test_dataloader = val_dataloader
