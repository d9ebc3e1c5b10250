_base_ = [
    '../_base_/default_runtime.py',
    '../_base_/datasets/epic_kitchens100_verb_slowfast_tridet.py',
    '../_base_/models/tridet_epic_kitchens100.py',
    '../_base_/schedules/adamw_warmup_cosine.py'
]

model = dict(backbone=dict(window=5, k=2), head=dict(num_classes=97))

# The authors test after epoch 23 of 27.
train_cfg = dict(max_epochs=27)
param_scheduler = dict(eta_min=5e-5)
