# What AdaTAD's models share: VideoMAE's network with adapters, of which a
# config of its size tells the rest, and OpenTAD's variety of ActionFormer.
adapters = dict(
    type='WindowEncoder',
    trained='adapters',
    recognizer=dict(
        type='Recognizer3D',
        backbone=dict(
            type='AdapterVisionTransformer', drop_path_rate=0.1, with_cp=True),
        data_preprocessor=dict(
            type='ActionDataPreprocessor',
            mean=[123.675, 116.28, 103.53],
            std=[58.395, 57.12, 57.375],
            format_shape='NCTHW')))

tower = dict(norm_eps=1e-6, mask_after_act=True)
opentad = dict(
    backbone=tower,
    neck=dict(norm_eps=1e-6),
    head=dict(**tower, mask_output=False))
