# ActionFormer on FineAction, VideoMAE V2-g features: OpenTAD's setting.
# Written by tools/dev/make_configs.py: change its table instead.
_base_ = [
    '../_base_/default_runtime.py',
    '../_base_/datasets/fineaction_videomae2g.py',
    '../_base_/models/actionformer_fineaction.py',
    '../_base_/schedules/adamw_warmup_cosine.py'
]

model = dict(
    max_seq_len=_base_.max_seq_len,
    backbone=dict(in_channels=_base_.feature_channels),
    head=dict(num_classes=_base_.num_classes))
train_cfg = dict(max_epochs=15)
optim_wrapper = dict(optimizer=dict(lr=0.001))
