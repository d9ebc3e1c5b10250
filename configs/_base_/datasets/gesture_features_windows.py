# The same in windows of 32 s, for localizers that train on windows.
_base_ = './gesture_features.py'

window_size = 128
train_dataloader = dict(
    batch_size=16,
    dataset=dict(
        type='SlidingWindowDataset',
        window_size=window_size,
        pipeline=[
            *_base_.load,
            dict(type='CropWindow'),
            dict(type='PackFeatures')
        ]))
