# ActivityNet-1.3 as ActionFormer reads it, resized to 192 steps; a config of
# features adds how they are loaded.
_base_ = './activitynet13.py'

max_seq_len = 192
resize = dict(type='ResizeFeatures', length=max_seq_len)
prepare = [
    resize,
    dict(type='DropRepeatedInstances', min_length=1e-3),
    dict(type='ClipInstances', keep_ratio=0.5),
    dict(type='RandomTruncation', max_length=max_seq_len),
    dict(type='ClassAgnosticLabels'),
    _base_.pack
]
prepare_test = [resize, *_base_.classify]
