# TriDet for MultiTHUMOS: that for THUMOS14, but videos hold hundreds of
# instances, so more detections are kept. The authors' own setting (arXiv
# 2309.05590) is of another model, whose bins depend on the class; these two
# numbers are its.
_base_ = './tridet.py'

model = dict(
    head=dict(
        post_processor=dict(
            pre_nms_topk=8000, nms=dict(max_per_video=8000))))
