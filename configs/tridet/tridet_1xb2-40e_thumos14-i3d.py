_base_ = [
    '../_base_/default_runtime.py',
    '../_base_/datasets/thumos14_i3d_tridet.py',
    '../_base_/models/tridet.py',
    '../_base_/schedules/adamw_warmup_cosine.py'
]

train_cfg = dict(max_epochs=40)
optim_wrapper = dict(optimizer=dict(weight_decay=0.025))
param_scheduler = dict(warmup=20)
