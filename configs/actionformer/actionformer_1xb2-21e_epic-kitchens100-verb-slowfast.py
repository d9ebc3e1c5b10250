_base_ = [
    '../_base_/default_runtime.py',
    '../_base_/datasets/epic_kitchens100_verb_slowfast.py',
    '../_base_/models/actionformer_epic_kitchens100.py',
    '../_base_/schedules/adamw_warmup_cosine.py'
]

model = dict(head=dict(num_classes=97))

train_cfg = dict(max_epochs=21)
