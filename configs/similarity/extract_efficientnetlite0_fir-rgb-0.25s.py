# Clip features for FIR: frames through EfficientNet-Lite0 as ImageNet left it.
_base_ = ['../_base_/default_runtime.py', '../_base_/datasets/fir_frames.py']

model = dict(
    type='FrameSimilarityLearner',
    backbone=dict(type='EfficientNetLite', pretrained=True, frozen=True),
    data_preprocessor=dict(
        type='ActionDataPreprocessor',
        mean=[127, 127, 127],
        std=[128, 128, 128],
        format_shape='NCHW'))
test_cfg = dict(type='EmbedLoop', out_dir='data/fir/features')
train_dataloader = None
