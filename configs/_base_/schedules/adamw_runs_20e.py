# The schedule of encoders on runs of stored clip features.
train_cfg = dict(type='EpochBasedTrainLoop', max_epochs=20)
optim_wrapper = dict(
    optimizer=dict(type='AdamW', lr=2e-3, weight_decay=0.01),
    clip_grad=dict(max_norm=1.0, norm_type=2))
param_scheduler = dict(
    type='WarmupCosineLR', warmup=2, eta_min=1e-8, convert_to_iter_based=True)
