# AFSD on FIR, from scratch: our setting for few short videos.
_base_ = [
    '../_base_/default_runtime.py', '../_base_/datasets/fir_clips.py',
    '../_base_/models/afsd_small.py', '../_base_/schedules/adam_16e.py'
]

model = dict(head=dict(num_classes=_base_.num_classes))
train_cfg = dict(max_epochs=20, val_interval=20)
optim_wrapper = dict(
    _delete_=True,
    optimizer=dict(type='AdamW', lr=1e-3, weight_decay=0.01),
    clip_grad=dict(max_norm=1.0, norm_type=2))
param_scheduler = dict(
    type='WarmupCosineLR',
    warmup=2,
    eta_min=1e-8,
    convert_to_iter_based=True)
