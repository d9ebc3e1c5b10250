# MultiTHUMOS as TriDet reads THUMOS14: instances end with a crop, and the
# evaluator keeps the shortest ground truth.
_base_ = './multithumos_i3d.py'

train_dataloader = dict(
    dataset=dict(pipeline=[
        *_base_.load,
        dict(
            type='RandomTruncation',
            max_length=_base_.max_seq_len,
            slack=False),
        dict(type='PackFeatures')
    ]))

val_evaluator = dict(convention='tridet')
test_evaluator = val_evaluator
