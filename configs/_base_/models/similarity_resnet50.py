# The encoder of the BAPG paper: ResNet-50 on single frames.
model = dict(
    type='FrameSimilarityLearner',
    backbone=dict(
        type='ResNet',
        depth=50,
        pretrained='https://download.pytorch.org/models/resnet50-11ad3fa6.pth',
        norm_eval=False),
    head=dict(type='PairContrastiveHead', margin=0.0),
    data_preprocessor=dict(
        type='ActionDataPreprocessor',
        mean=[123.675, 116.28, 103.53],
        std=[58.395, 57.12, 57.375],
        format_shape='NCHW'))
