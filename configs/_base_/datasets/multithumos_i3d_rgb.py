# MultiTHUMOS with the RGB half of the I3D features for THUMOS14.
_base_ = './multithumos_i3d.py'

feature_channels = 1024
rgb = dict(type='SelectChannels', channels=feature_channels)
train_dataloader = dict(
    dataset=dict(pipeline=[_base_.load, rgb, _base_.crop, _base_.pack]))
val_dataloader = dict(
    dataset=dict(pipeline=[_base_.load, rgb, _base_.pack]))
test_dataloader = val_dataloader
