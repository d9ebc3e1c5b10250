# TemporalMaxer for MultiTHUMOS: one embedding convolution more, and layer
# normalization.
_base_ = './temporalmaxer.py'

model = dict(
    backbone=dict(arch=(3, 0, 5)),
    neck=dict(num_groups=None),
    head=dict(
        post_processor=dict(
            pre_nms_topk=3000, nms=dict(max_per_video=300))))
