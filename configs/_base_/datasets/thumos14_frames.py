# THUMOS14's videos, a frame of 160 px every 4 frames, for localizers that see
# frames: windows of 768 of them.
_base_ = './frame_loaders.py'

data_root = 'data/thumos/'
max_seq_len = 768
num_classes = 20

videos = dict(
    ann_file=data_root + 'annotations/thumos14.json',
    data_prefix=dict(video=data_root + 'videos'),
    ground_truth='thumos14-actionformer',
    invalid_segments='keep',
    missing_features='skip')
sample = dict(type='SampleEveryFrame', stride=4)
prepare = [
    dict(type='DropRepeatedInstances'),
    dict(
        type='RandomTruncation',
        max_length=max_seq_len,
        keep_ratio=0.75,
        slack=False)
]
train_dataloader = dict(
    dataset=dict(
        **videos,
        subset='validation',
        pipeline=[sample, *prepare, *_base_.augment]))
val_dataloader = dict(
    dataset=dict(
        **videos,
        subset='test',
        pipeline=[sample, _base_.decode_test, _base_.pack]))
test_dataloader = val_dataloader
