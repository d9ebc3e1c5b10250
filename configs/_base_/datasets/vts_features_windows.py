# Open suturing in windows of 34 s, for localizers that train on windows.
_base_ = './vts_features.py'

auto_scale_lr = dict(base_batch_size=4)
windows = dict(type='SlidingWindowDataset', window_size=128, overlap=0.5)
cut = [_base_.load, dict(type='CropWindow'), _base_.pack]
train_dataloader = dict(
    batch_size=4, dataset=dict(**windows, pipeline=cut))
