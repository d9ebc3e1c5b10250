# FineAction with VideoMAE V2-g features: 1408 channels, every 16 frames, 16
# frames each; resized to 192 steps. A Swin-B names the classes.
_base_ = ['./class_agnostic_loaders.py', './resized.py']

data_root = 'data/fineaction/'
feature_channels = 1408
dataset = dict(
    # as its authors publish it
    ann_file=data_root + 'annotations/annotations_gt.json',
    data_prefix=dict(feature=data_root + 'fineaction_mae_g'),
    invalid_segments='keep',
    missing_features='skip')
# the steps of a file divide its video evenly, whatever the frame rate
load = dict(type='LoadFeatures', stride=0, channels=feature_channels)
scores = dict(
    type='LoadVideoScores',
    path=data_root + 'annotations/'
    'new_swinB_1x1x256_views2x3_max_label_avg_prob.json')
train_dataloader = dict(
    dataset=dict(
        **dataset, subset='training', pipeline=[load, *_base_.prepare]))
val_dataloader = dict(
    dataset=dict(
        **dataset,
        subset='validation',
        pipeline=[load, _base_.resize, scores, _base_.pack_scores]))
test_dataloader = val_dataloader
