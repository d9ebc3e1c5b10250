# DyFADet for MultiTHUMOS: that for THUMOS14, but videos hold hundreds of
# instances, so as many detections are kept as by TriDet.
_base_ = './dyfadet.py'

model = dict(
    head=dict(
        post_processor=dict(
            pre_nms_topk=8000, nms=dict(max_per_video=8000))))
