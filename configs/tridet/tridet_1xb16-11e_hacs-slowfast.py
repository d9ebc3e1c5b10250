_base_ = [
    '../_base_/default_runtime.py',
    '../_base_/datasets/hacs_slowfast.py',
    '../_base_/models/tridet_hacs.py',
    '../_base_/schedules/adamw_warmup_cosine.py'
]

train_cfg = dict(max_epochs=11)
optim_wrapper = dict(
    optimizer=dict(lr=1e-3, weight_decay=0.03), clip_grad=dict(max_norm=0.5))
param_scheduler = dict(warmup=7, eta_min=5e-4)
