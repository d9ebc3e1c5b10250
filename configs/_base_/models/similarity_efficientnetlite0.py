# A small frame encoder whose ImageNet weights come as a Python package.
model = dict(
    type='FrameSimilarityLearner',
    backbone=dict(type='EfficientNetLite', pretrained=True),
    head=dict(type='PairContrastiveHead', margin=0.0),
    data_preprocessor=dict(
        type='ActionDataPreprocessor',
        mean=[127, 127, 127],
        std=[128, 128, 128],
        format_shape='NCHW'))
