# ActivityNet-1.3 with ActionFormer's I3D features: 2048 channels, every 16
# frames of videos at 25 frames per second; resized to 192 steps.
_base_ = './activitynet13_resized.py'

feature_channels = 2048
feature = dict(feature=_base_.data_root + 'i3d_features')
load = dict(**_base_.load, fps=25, channels=feature_channels)
train_dataloader = dict(
    dataset=dict(data_prefix=feature, pipeline=[load, *_base_.prepare]))
val_dataloader = dict(
    dataset=dict(data_prefix=feature, pipeline=[load, *_base_.prepare_test]))
test_dataloader = val_dataloader
