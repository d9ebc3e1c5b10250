# ActivityNet-1.3 with TSP features: 512 channels, every 16 frames of videos at
# 15 frames per second, 16 frames each; resized to 192 steps.
_base_ = './activitynet13_resized.py'

feature_channels = 512
feature = dict(feature=_base_.data_root + 'tsp_features')
load = dict(**_base_.load, fps=15, channels=feature_channels)
train_dataloader = dict(
    dataset=dict(data_prefix=feature, pipeline=[load, *_base_.prepare]))
val_dataloader = dict(
    dataset=dict(data_prefix=feature, pipeline=[load, *_base_.prepare_test]))
test_dataloader = val_dataloader
