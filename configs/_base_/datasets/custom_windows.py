# Features of your own in windows, for localizers that train on windows: in a
# copy of a config of FIR, in the place of fir_features_windows.py.
_base_ = './custom_features.py'

auto_scale_lr = dict(base_batch_size=4)
# CHANGE: steps of a window; longer than the longest instance, and with the
# same window_size in the model, where it has one
windows = dict(type='SlidingWindowDataset', window_size=128, overlap=0.5)
cut = [_base_.load, dict(type='CropWindow'), _base_.pack]
train_dataloader = dict(
    batch_size=4, dataset=dict(**windows, pipeline=cut))
