# ActivityNet-1.3 with the features that BSN, BMN and G-TAD read: CUHK's
# two-stream TSN, 400 channels, resized to 100 steps that share the video
# evenly; MMAction2 has them as csv_mean_100.
_base_ = './activitynet13.py'

feature_channels = 400
whole = dict(type='LoadFeatures', stride=0, channels=feature_channels)
resize = dict(type='ResizeFeatures', length=100)
files = dict(
    data_prefix=dict(feature=_base_.data_root + 'csv_mean_100'),
    filename_tmpl='v_{}.csv')
train_dataloader = dict(
    drop_last=False,
    dataset=dict(
        **files,
        pipeline=[
            # what features were made of, in training alone, as the authors
            dict(whole, described=True),
            resize,
            dict(type='ClassAgnosticLabels'),
            dict(type='PackFeatures')
        ]))
val_dataloader = dict(
    dataset=dict(**files, pipeline=[whole, resize, *_base_.classify]))
test_dataloader = val_dataloader

val_evaluator = dict(convention='activitynet')
test_evaluator = val_evaluator
