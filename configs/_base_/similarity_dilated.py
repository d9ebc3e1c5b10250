# Stages 1 and 2 on stored clip features, in runs that an encoder with much
# context sees at once. A config adds the data, their interval, the width of
# the features, the number of classes, and test_cfg.out_dir, the folder of the
# embeddings.
_base_ = [
    './default_runtime.py', './models/similarity_dilated.py',
    './datasets/untrimmed_runs.py', './schedules/adamw_runs_20e.py'
]

test_cfg = dict(type='EmbedLoop')
default_hooks = dict(checkpoint=dict(interval=20))
