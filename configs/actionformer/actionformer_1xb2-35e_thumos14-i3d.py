_base_ = [
    '../_base_/default_runtime.py', '../_base_/datasets/thumos14_i3d.py',
    '../_base_/models/actionformer.py',
    '../_base_/schedules/adamw_warmup_cosine.py'
]
