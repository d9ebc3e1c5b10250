# Stages 1 and 2 on stored clip features. A config adds the data, the width of
# the features and test_cfg.out_dir, the folder of the embeddings.
_base_ = [
    './default_runtime.py', './models/similarity_temporal.py',
    './datasets/untrimmed_features.py', './schedules/adam_cosine_80e.py'
]

test_cfg = dict(type='EmbedLoop')
default_hooks = dict(checkpoint=dict(interval=20))
