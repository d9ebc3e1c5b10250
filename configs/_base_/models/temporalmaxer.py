# TemporalMaxer as for THUMOS14; other settings override what differs.
_base_ = './anchor_free.py'

model = dict(
    type='TemporalMaxer',
    backbone=dict(type='MaxPoolingBackbone', arch=(2, 0, 5)),
    # group normalization over the padded sequence: results depend on padding
    neck=dict(type='SharedPyramidNorm', num_groups=4),
    head=dict(
        type='AnchorFreeHead',
        assigner=dict(
            type='LeastCostAssigner', cls_weight=1.0, iou_weight=2.0)))
