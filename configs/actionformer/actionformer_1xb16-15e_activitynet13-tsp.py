_base_ = [
    '../_base_/default_runtime.py',
    '../_base_/datasets/activitynet13_tsp.py',
    '../_base_/models/actionformer_activitynet13.py',
    '../_base_/schedules/adamw_warmup_cosine.py'
]

model = dict(backbone=dict(in_channels=512))

train_cfg = dict(max_epochs=15)
optim_wrapper = dict(optimizer=dict(lr=1e-3))
