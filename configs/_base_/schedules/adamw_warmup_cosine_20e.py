# The anchor-free localizers' schedule for small datasets: few iterations, so
# the learning rate is higher and the average of the weights is shorter.
_base_ = './adamw_warmup_cosine.py'

train_cfg = dict(max_epochs=20)
optim_wrapper = dict(optimizer=dict(lr=1e-3))
custom_hooks = [
    dict(
        type='EMAHook', ema_type='ExponentialMovingAverage', momentum=0.02)
]
