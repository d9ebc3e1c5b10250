# DyFADet for MultiTHUMOS, ours: that for THUMOS14, but videos hold hundreds of
# instances, so as many detections as by TriDet are kept.
_base_ = './dyfadet.py'

model = dict(
    head=dict(
        num_classes=65,
        post_processor=dict(
            pre_nms_topk=8000, nms=dict(max_per_video=8000))))
