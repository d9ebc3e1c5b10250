# ActivityNet-1.3 with TSP features as TriDet reads it: not resized, and
# instances end with a crop; the evaluator keeps the shortest ground truth.
_base_ = './activitynet13.py'

max_seq_len = 768
feature_channels = 512
feature = dict(feature=_base_.data_root + 'tsp_features')
load = dict(**_base_.load, fps=15, channels=feature_channels)
train_dataloader = dict(
    dataset=dict(
        data_prefix=feature,
        pipeline=[
            load,
            dict(type='DropRepeatedInstances'),
            dict(type='ClipInstances', keep_ratio=0.5),
            dict(type='RandomTruncation', max_length=max_seq_len, slack=False),
            dict(type='ClassAgnosticLabels'),
            _base_.pack
        ]))
val_dataloader = dict(
    dataset=dict(data_prefix=feature, pipeline=[load, *_base_.classify]))
test_dataloader = val_dataloader

val_evaluator = dict(convention='tridet')
test_evaluator = val_evaluator
