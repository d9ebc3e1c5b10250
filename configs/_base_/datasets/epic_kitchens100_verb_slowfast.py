# EPIC-KITCHENS-100, verbs, with ActionFormer's SlowFast features.
_base_ = './epic_kitchens100_slowfast.py'

num_classes = 97
labels = dict(
    ann_file=_base_.data_root + 'annotations/epic_kitchens100_verb.json')
train_dataloader = dict(dataset=labels)
val_dataloader = dict(dataset=labels)
test_dataloader = val_dataloader
