# BSP, the paper's: four kinds of boundaries in Kinetics-400 (Table 1).
_base_ = [
    '../_base_/default_runtime.py', '../_base_/models/boundary_tsm_r50.py',
    '../_base_/datasets/boundary_kinetics400.py',
    '../_base_/schedules/sgd_multistep_50e.py'
]
train_dataloader = dict(batch_size=8)
