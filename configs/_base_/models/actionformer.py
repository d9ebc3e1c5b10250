# ActionFormer as for THUMOS14; other settings override what differs.
_base_ = './anchor_free.py'

model = dict(
    type='ActionFormer',
    backbone=dict(
        type='ConvTransformerBackbone',
        num_heads=4,
        window=19,
        drop_path=0.1),
    head=dict(type='AnchorFreeHead'))
