# ActivityNet-1.3 with TSP features as TriDet reads it: not resized, and
# instances end with a crop; the evaluator keeps the shortest ground truth.
_base_ = './activitynet13_tsp.py'

max_seq_len = 768
load = _base_.load[:1]
train_dataloader = dict(
    dataset=dict(pipeline=[
        *load,
        dict(type='DropRepeatedInstances'),
        dict(type='ClipInstances', keep_ratio=0.5),
        dict(type='RandomTruncation', max_length=max_seq_len, slack=False),
        dict(type='ClassAgnosticLabels'),
        dict(type='PackFeatures')
    ]))
val_dataloader = dict(dataset=dict(pipeline=[*load,
                                             *_base_.test_pipeline[2:]]))
test_dataloader = val_dataloader

val_evaluator = dict(convention='tridet')
test_evaluator = val_evaluator
