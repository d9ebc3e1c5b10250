# The schedule of the anchor-free localizers: AdamW without decay of biases,
# norms and scales; warm-up from 0 and cosine annealing, both by iteration.
train_cfg = dict(type='EpochBasedTrainLoop', max_epochs=35, val_interval=5)
val_cfg = dict(type='ValLoop')
test_cfg = dict(type='TestLoop')

optim_wrapper = dict(
    optimizer=dict(type='AdamW', lr=1e-4, weight_decay=0.05),
    clip_grad=dict(max_norm=1.0, norm_type=2),
    paramwise_cfg=dict(
        norm_decay_mult=0,
        bias_decay_mult=0,
        custom_keys={'.scale': dict(decay_mult=0)}))

# It ends with training: other settings change max_epochs, and warmup (epochs)
# and eta_min where they differ.
param_scheduler = dict(
    type='WarmupCosineLR', warmup=5, eta_min=1e-8, convert_to_iter_based=True)

# The weights that are tested are averaged over training: with 0.001 in the
# benchmarks' runs, over a shorter time where there are few iterations.
custom_hooks = [
    dict(
        type='FittedEMAHook',
        ema_type='ExponentialMovingAverage',
        momentum=0.001)
]
