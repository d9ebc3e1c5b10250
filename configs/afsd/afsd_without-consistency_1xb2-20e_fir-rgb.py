# AFSD on FIR without boundary contrastive learning, for comparison.
_base_ = './afsd_1xb2-20e_fir-rgb.py'

pipeline = [
    step for step in _base_.train_dataloader.dataset.pipeline
    if step.type != 'SpliceBackground'
]
train_dataloader = dict(dataset=dict(pipeline=pipeline))
