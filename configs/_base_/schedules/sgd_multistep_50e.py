# BSP does not tell its schedule: MMAction2's sgd_tsm_50e, for 64 clips in a
# batch, without its groups of parameters.
train_cfg = dict(
    type='EpochBasedTrainLoop', max_epochs=50, val_begin=1, val_interval=5)
val_cfg = dict(type='ValLoop')
test_cfg = dict(type='TestLoop')
optim_wrapper = dict(
    optimizer=dict(type='SGD', lr=0.01, momentum=0.9, weight_decay=1e-4),
    clip_grad=dict(max_norm=20, norm_type=2))
param_scheduler = dict(
    type='MultiStepLR', milestones=[20, 40], gamma=0.1, end=50)
