# FIR: whole videos, for a classifier of proposals.
_base_ = ['./fir_features.py', './named_proposals.py']

train_dataloader = dict(dataset=dict(pipeline=[_base_.load, _base_.pack]))
val_dataloader = dict(
    dataset=dict(pipeline=[_base_.load, *_base_.name_true]))
test_dataloader = dict(
    dataset=dict(pipeline=[_base_.load, *_base_.name_found]))
