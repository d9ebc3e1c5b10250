# BSP for a CPU: a check of the mechanism on a few hundred small clips.
_base_ = [
    '../_base_/default_runtime.py', '../_base_/models/boundary_tsm_r18.py',
    '../_base_/datasets/boundary_small.py',
    '../_base_/schedules/adamw_clips_20e.py'
]
