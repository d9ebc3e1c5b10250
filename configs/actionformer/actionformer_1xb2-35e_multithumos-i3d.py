_base_ = [
    '../_base_/default_runtime.py',
    '../_base_/datasets/multithumos_i3d.py',
    '../_base_/models/actionformer.py',
    '../_base_/schedules/adamw_warmup_cosine.py'
]

# The authors have no setting for MultiTHUMOS: that for THUMOS14, but videos
# hold hundreds of instances, so as many detections as in OpenTAD are kept.
model = dict(
    head=dict(
        num_classes=65,
        post_processor=dict(
            pre_nms_topk=8000, nms=dict(max_per_video=8000))))
