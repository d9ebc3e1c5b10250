# TemporalMaxer for MultiTHUMOS: one convolution more, on the RGB half of the
# features, and layer normalization.
_base_ = './temporalmaxer.py'

model = dict(
    backbone=dict(in_channels=1024, arch=(3, 0, 5)),
    neck=dict(num_groups=None),
    head=dict(
        num_classes=65,
        post_processor=dict(
            pre_nms_topk=3000, nms=dict(max_per_video=300))))
