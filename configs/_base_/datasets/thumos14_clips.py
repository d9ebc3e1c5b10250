# THUMOS14's videos as AFSD reads them: 10 frames a second, training clips of
# 256 frames that begin every 30.
_base_ = './clip_loaders.py'

data_root = 'data/thumos/'
num_classes = 20

videos = dict(
    ann_file=data_root + 'annotations/thumos14.json',
    data_prefix=dict(video=data_root + 'videos'),
    ground_truth='thumos14-afsd',
    invalid_segments='keep',
    missing_features='skip')
clips = dict(
    window_size=256,
    overlap=1 - 30 / 256,
    min_share=0.5,
    best_share=1.0,
    # as the authors' code has it, which counts frames from 1
    first_step=1)
sample = dict(type='SampleFrameEvery', interval=0.1)
splice = dict(
    type='SpliceBackground',
    clip_length=256,
    background='between_boundaries')
augment = [_base_.random_crop, _base_.flip, splice, _base_.pack_spliced]
finish = [_base_.centre, _base_.pack]
train_dataloader = dict(
    dataset=dict(
        **videos,
        **clips,
        subset='validation',
        pipeline=[sample, _base_.crop_window, _base_.decode, *augment]))
val_dataloader = dict(
    dataset=dict(
        **videos, subset='test', pipeline=[sample, _base_.decode, *finish]))
test_dataloader = val_dataloader
val_evaluator = dict(convention='activitynet')
test_evaluator = val_evaluator
