# EPIC-KITCHENS-100, nouns, as TriDet reads it: instances end with a crop, and
# the evaluator keeps the shortest ground truth.
_base_ = './epic_kitchens100_noun_slowfast.py'

crop = dict(**_base_.crop, slack=False)
train_dataloader = dict(
    dataset=dict(pipeline=[_base_.load, crop, _base_.pack]))

val_evaluator = dict(convention='tridet')
test_evaluator = val_evaluator
