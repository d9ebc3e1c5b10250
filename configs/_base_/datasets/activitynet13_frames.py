# ActivityNet-1.3's videos, 768 frames of 160 px spread over each, for
# localizers that see frames: four for each of 192 steps. CUHK's classifier
# names the classes.
_base_ = './frame_loaders.py'

data_root = 'data/activitynet/'
max_seq_len = 192
num_classes = 1

videos = dict(
    ann_file=data_root + 'annotations/activitynet13.json',
    data_prefix=dict(video=data_root + 'videos'),
    filename_tmpl='v_{}',
    invalid_segments='keep',
    missing_features='skip')
sample = dict(type='SampleSpreadFrames', steps=192, frames_per_step=4)
prepare = [
    dict(type='DropShortInstances'),
    dict(type='ClassAgnosticLabels'),
    dict(type='DropRepeatedInstances'),
    dict(type='ClipInstances', keep_ratio=0, slack=False)
]
scores = dict(
    type='LoadVideoScores',
    path=data_root + 'annotations/cuhk_val_simp_share.json')
pack_scores = dict(
    type='PackFrameWindow',
    meta_keys=('video_name', 'duration', 'grid', 'video_scores'))
auto_scale_lr = dict(base_batch_size=16)
train_dataloader = dict(
    batch_size=16,
    dataset=dict(
        **videos,
        subset='training',
        pipeline=[sample, *prepare, *_base_.augment]))
val_dataloader = dict(
    dataset=dict(
        **videos,
        subset='validation',
        pipeline=[sample, scores, _base_.decode_test, pack_scores]))
test_dataloader = val_dataloader
val_evaluator = dict(
    iou_thresholds=[0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95])
test_evaluator = val_evaluator
