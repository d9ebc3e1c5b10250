# The schedule of TadTR for small datasets: few iterations, so steps are
# larger, and the weights that are tested are averaged over training.
_base_ = './adamw_multistep_16e.py'

train_cfg = dict(max_epochs=30)
optim_wrapper = dict(
    optimizer=dict(lr=1e-3), clip_grad=dict(max_norm=1.0))
param_scheduler = [
    dict(type='MultiStepLR', milestones=[24], gamma=0.1, end=30)
]
custom_hooks = [
    dict(
        type='EMAHook', ema_type='ExponentialMovingAverage', momentum=0.02)
]
