# One network that gives the features of both streams (BSP, Fig. 3c).
_base_ = './bsp_tsm-r18_8xb8-50e_kinetics400-rgb.py'

encoder = dict(
    type='VideoBackbone',
    recognizer=dict(
        type='Recognizer2D',
        backbone=dict(
            type='ResNetTSM',
            depth=18,
            pretrained=None,
            pretrained2d=False,
            norm_eval=False,
            num_segments=8,
            shift_div=8),
        data_preprocessor=dict(
            type='ActionDataPreprocessor',
            mean=[123.675, 116.28, 103.53],
            std=[58.395, 57.12, 57.375],
            format_shape='NCHW')))
trained = dict(type='Pretrained', prefix='encoder.')
vanilla = 'work_dirs/vanilla_tsm-r18_8xb8-50e_kinetics400-rgb/epoch_50.pth'
bsp = 'work_dirs/bsp_tsm-r18_8xb8-50e_kinetics400-rgb/epoch_50.pth'
model = dict(
    type='BoundaryDistiller',
    in_channels=512,
    teachers=dict(
        action=dict(encoder, init_cfg=dict(trained, checkpoint=vanilla)),
        boundary=dict(encoder, init_cfg=dict(trained, checkpoint=bsp))),
    teacher_channels=dict(action=512, boundary=512),
    # the squared norm adds up 512 channels
    match_weight=0.01,
    heads=dict(
        _delete_=True,
        action=dict(type='ClipActionHead', in_channels=512, num_classes=400)))
val_dataloader = None
val_evaluator = None
val_cfg = None
test_dataloader = None
test_evaluator = None
test_cfg = None
