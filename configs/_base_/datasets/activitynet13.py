# ActivityNet-1.3; a config of features adds how they are loaded. CUHK's
# classifier names the classes.
_base_ = './class_agnostic_loaders.py'

data_root = 'data/activitynet/'
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
    _base_.pack_scores
]
train_dataloader = dict(dataset=dict(**dataset, subset='training'))
val_dataloader = dict(dataset=dict(**dataset, subset='validation'))
test_dataloader = val_dataloader
