# AdaTAD on ActivityNet-1.3 but for the size of the network.
_base_ = [
    './default_runtime.py', './datasets/activitynet13_frames.py',
    './models/adatad_activitynet13.py', './schedules/adamw_adapters.py'
]

# Of a head with one class, OpenTAD leaves no candidate out.
post_processor = dict(
    score_threshold=0,
    pre_nms_topk=None,
    min_length=0,
    nms=dict(sigma=0.7, vote_score_weighted_by_iou=False),
    score_fusion=dict(power=1.0))
model = dict(
    localizer=dict(
        max_seq_len=_base_.max_seq_len,
        backbone=_base_.opentad['backbone'],
        neck=_base_.opentad['neck'],
        head=dict(
            **_base_.opentad['head'],
            num_classes=_base_.num_classes,
            post_processor=post_processor)))
train_cfg = dict(max_epochs=15)
# the host learns ten times as fast as the adapters
optim_wrapper = dict(
    optimizer=dict(lr=1e-3),
    paramwise_cfg=dict(custom_keys={'.adapter': dict(lr_mult=0.1)}))
