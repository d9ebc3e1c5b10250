# Open suturing in windows of 34 s, for proposals of any class, whose recall is measured.
_base_ = ['./vts_features.py', './proposal_windows.py']

num_classes = 1
auto_scale_lr = dict(base_batch_size=4)
train_dataloader = dict(
    batch_size=4,
    dataset=dict(
        **_base_.windows,
        pipeline=[_base_.load, *_base_.cut_window, _base_.pack]))
val_evaluator = _base_.recall
test_evaluator = val_evaluator
