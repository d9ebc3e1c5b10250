# The schedule of proposal generators for small datasets: few iterations, so
# the weights that are tested are averaged over training.
_base_ = './adam_step_10e.py'

train_cfg = dict(max_epochs=20, val_interval=5)
param_scheduler = dict(milestones=[15])
custom_hooks = [
    dict(
        type='EMAHook', ema_type='ExponentialMovingAverage', momentum=0.02)
]
