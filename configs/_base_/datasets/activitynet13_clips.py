# ActivityNet-1.3's videos as AFSD reads them: 768 frames spread over each, or
# all of a shorter one; a clip is a video. CUHK's classifier names the classes.
_base_ = './clip_loaders.py'

data_root = 'data/activitynet/'
num_classes = 1

videos = dict(
    ann_file=data_root + 'annotations/activitynet13.json',
    data_prefix=dict(video=data_root + 'videos'),
    filename_tmpl='v_{}',
    missing_features='skip')
clips = dict(window_size=768, overlap=0, min_share=0, best_share=0)
sample = dict(type='SampleFramesUpTo', steps=768)
splice = dict(
    type='SpliceBackground',
    clip_length=768,
    background='between_boundaries',
    parts=4)
augment = [
    _base_.random_crop, _base_.flip,
    dict(type='ClassAgnosticLabels'), splice, _base_.pack_spliced
]
finish = [
    _base_.centre,
    dict(
        type='LoadVideoScores',
        path=data_root + 'annotations/cuhk_val_simp_share.json'),
    dict(
        type='PackFrameWindow',
        meta_keys=('video_name', 'duration', 'grid', 'video_scores'))
]
train_dataloader = dict(
    dataset=dict(
        **videos,
        **clips,
        # 12 of the official instances end before they start
        invalid_segments='drop',
        subset='training',
        pipeline=[sample, _base_.crop_window, _base_.decode, *augment]))
val_dataloader = dict(
    dataset=dict(
        **videos,
        invalid_segments='keep',
        subset='validation',
        pipeline=[sample, _base_.decode, *finish]))
test_dataloader = val_dataloader
val_evaluator = dict(
    convention='activitynet',
    iou_thresholds=[0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95])
test_evaluator = val_evaluator
