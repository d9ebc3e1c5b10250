# MultiTHUMOS as TriDet reads THUMOS14: instances end with a crop, and the
# evaluator keeps the shortest ground truth.
_base_ = './multithumos_i3d.py'

crop = dict(**_base_.crop, slack=False)
train_dataloader = dict(
    dataset=dict(pipeline=[_base_.load, crop, _base_.pack]))

val_evaluator = dict(convention='tridet')
test_evaluator = val_evaluator
