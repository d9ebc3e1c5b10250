_base_ = [
    '../_base_/default_runtime.py',
    '../_base_/datasets/epic_kitchens100_noun_slowfast_tridet.py',
    '../_base_/models/tridet_epic_kitchens100.py',
    '../_base_/schedules/adamw_warmup_cosine.py'
]

# Nouns without any instance in the annotation file start at a score of 1e-6.
# Which they are, tools/data/epic_kitchens100/prepare.py prints.
empty_classes = []
model = dict(
    backbone=dict(window=1, k=4),
    head=dict(
        num_classes=300, empty_classes=empty_classes, label_smoothing=0.1))

train_cfg = dict(max_epochs=19)
