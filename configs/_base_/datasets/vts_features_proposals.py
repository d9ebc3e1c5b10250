# Open suturing in windows of 34 s, for proposals; what counts is recall.
_base_ = ['./vts_features_windows.py', './proposal_windows.py']

num_classes = 1
cut = [_base_.load, *_base_.cut_window, _base_.pack]
train_dataloader = dict(dataset=dict(**_base_.overlapping, pipeline=cut))
val_evaluator = _base_.recall
test_evaluator = val_evaluator
