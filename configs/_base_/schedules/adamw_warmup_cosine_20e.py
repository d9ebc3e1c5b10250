# The same for small datasets: few iterations, so the learning rate is higher
# and the average of the weights is shorter.
_base_ = './adamw_warmup_cosine.py'

train_cfg = dict(max_epochs=20)
optim_wrapper = dict(optimizer=dict(lr=1e-3))
param_scheduler = [
    dict(
        type='LinearLR',
        start_factor=1e-8,
        begin=0,
        end=5,
        convert_to_iter_based=True),
    dict(
        type='CosineAnnealingLR',
        eta_min=1e-8,
        begin=5,
        end=20,
        convert_to_iter_based=True)
]
# Some hundred iterations are too few for the usual momentum of 0.001.
custom_hooks = [
    dict(
        type='EMAHook', ema_type='ExponentialMovingAverage', momentum=0.02)
]
