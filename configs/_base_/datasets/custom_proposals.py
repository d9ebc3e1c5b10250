# Features of your own in windows, for proposals of any class; what counts is
# recall. In a copy of a config of FIR, in the place of
# fir_features_proposals.py.
_base_ = ['./custom_windows.py', './proposal_windows.py']

num_classes = 1
cut = [_base_.load, *_base_.cut_window, _base_.pack]
train_dataloader = dict(dataset=dict(**_base_.overlapping, pipeline=cut))
val_evaluator = _base_.recall
test_evaluator = val_evaluator
