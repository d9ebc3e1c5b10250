# ActivityNet-1.3 with ActionFormer's I3D features: 2048 channels, every 16
# frames of videos at 25 frames per second; resized to 192 steps.
_base_ = './activitynet13_tsp.py'

feature = dict(feature=_base_.data_root + 'i3d_features')
load = [
    dict(type='LoadFeatures', stride=16, window=16, fps=25, channels=2048),
    *_base_.load[1:]
]
train_dataloader = dict(
    dataset=dict(
        data_prefix=feature,
        pipeline=[*load, *_base_.train_dataloader.dataset.pipeline[2:]]))
val_dataloader = dict(
    dataset=dict(
        data_prefix=feature, pipeline=[*load, *_base_.test_pipeline[2:]]))
test_dataloader = val_dataloader
