# FIR at 160 px: no worse for EfficientNet-Lite0 here, in half the time.
_base_ = './fir_frames.py'

resize = dict(type='Resize', scale=(160, 160), keep_ratio=False)
train_pipeline = [
    *_base_.train_pipeline[:2], resize, *_base_.train_pipeline[3:]
]
test_pipeline = [_base_.test_pipeline[0], resize, *_base_.test_pipeline[2:]]
train_dataloader = dict(dataset=dict(pipeline=train_pipeline))
test_dataloader = dict(dataset=dict(pipeline=test_pipeline))
