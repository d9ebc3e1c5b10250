# How ActionFormer prepares videos that are resized to 192 steps; a dataset's
# config includes it beside its loaders.
max_seq_len = 192
resize = dict(type='ResizeFeatures', length=max_seq_len)
prepare = [
    resize,
    dict(type='DropRepeatedInstances', min_length=1e-3),
    dict(type='ClipInstances', keep_ratio=0.5),
    dict(type='RandomTruncation', max_length=max_seq_len),
    dict(type='ClassAgnosticLabels'),
    dict(type='PackFeatures')
]
