# EPIC-KITCHENS-100, nouns, with ActionFormer's SlowFast features.
_base_ = './epic_kitchens100_slowfast.py'

num_classes = 300
# Nouns without any instance in the annotation file start at a score of 1e-6.
# Which they are, tools/data/epic_kitchens100/prepare.py prints.
empty_classes = []
labels = dict(
    ann_file=_base_.data_root + 'annotations/epic_kitchens100_noun.json')
train_dataloader = dict(dataset=labels)
val_dataloader = dict(dataset=labels)
test_dataloader = val_dataloader
