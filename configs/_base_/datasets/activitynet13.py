# ActivityNet-1.3; a config of features adds how they are loaded.
#
# The localizer finds actions of any class. Classes come from an external
# classifier of whole videos (CUHK's), whose scores only tests need.
_base_ = './benchmark_loaders.py'

data_root = 'data/activitynet/'
num_classes = 1

dataset = dict(
    ann_file=data_root + 'annotations/activitynet13.json',
    filename_tmpl='v_{}.npy',
    # 12 of the official instances end before they start
    invalid_segments='keep',
    # The references read annotation files from which videos without features
    # are removed.
    missing_features='skip')
load = dict(type='LoadFeatures', stride=16, window=16)
classify = [
    dict(
        type='LoadVideoScores',
        path=data_root + 'annotations/cuhk_val_simp_share.json'),
    dict(
        type='PackFeatures',
        meta_keys=('video_name', 'duration', 'grid', 'video_scores'))
]
auto_scale_lr = dict(base_batch_size=16)
train_dataloader = dict(
    batch_size=16, dataset=dict(**dataset, subset='training'))
val_dataloader = dict(dataset=dict(**dataset, subset='validation'))
test_dataloader = val_dataloader

val_evaluator = dict(
    iou_thresholds=[0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95])
test_evaluator = val_evaluator
