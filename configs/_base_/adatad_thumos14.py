# AdaTAD on THUMOS14 but for the size of the network.
_base_ = [
    './default_runtime.py', './datasets/thumos14_frames.py',
    './models/adatad.py', './schedules/adamw_adapters.py'
]

host = dict(
    max_seq_len=_base_.max_seq_len,
    backbone=dict(**_base_.opentad['backbone'], window=None),
    neck=_base_.opentad['neck'],
    head=dict(
        **_base_.opentad['head'],
        num_classes=_base_.num_classes,
        post_processor=dict(
            min_length=0,
            pre_nms_topk=None,
            max_candidates=2000,
            nms=dict(sigma=0.7, max_per_video=2000, min_score=0))))
model = dict(localizer=host)
# AdaTAD stops after 60 epochs of a schedule for 100, as the log will say.
train_cfg = dict(max_epochs=60)
param_scheduler = dict(end=100)
