# EPIC-KITCHENS-100, nouns; see the verbs.
_base_ = './epic_kitchens100_verb_slowfast.py'

ann_file = _base_.data_root + 'annotations/epic_kitchens100_noun.json'
train_dataloader = dict(dataset=dict(ann_file=ann_file))
val_dataloader = dict(dataset=dict(ann_file=ann_file))
test_dataloader = val_dataloader
