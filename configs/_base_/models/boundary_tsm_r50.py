# BSP's encoder: TSM-ResNet-50 on 8 frames, and what it is trained with: the
# four kinds of clips. The authors begin with ImageNet, which is downloaded:
# encoder.begin_pretrained=True, encoder.recognizer.backbone.pretrained=
# torchvision://resnet50 and pretrained2d=True; weights of a whole recognizer
# go to encoder.init_cfg.
model = dict(
    type='BoundaryLearner',
    encoder=dict(
        type='VideoBackbone',
        recognizer=dict(
            type='Recognizer2D',
            backbone=dict(
                type='ResNetTSM',
                depth=50,
                pretrained=None,
                pretrained2d=False,
                norm_eval=False,
                num_segments=8,
                shift_div=8),
            data_preprocessor=dict(
                type='ActionDataPreprocessor',
                mean=[123.675, 116.28, 103.53],
                std=[58.395, 57.12, 57.375],
                format_shape='NCHW'))),
    heads=dict(
        boundary=dict(
            type='BoundaryKindHead', in_channels=2048, num_classes=4)))
