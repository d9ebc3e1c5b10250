# The schedule of encoders on stored clip features.
train_cfg = dict(type='EpochBasedTrainLoop', max_epochs=80)
optim_wrapper = dict(
    optimizer=dict(type='Adam', lr=1e-3, weight_decay=1e-4))
param_scheduler = [
    dict(
        type='CosineAnnealingLR', begin=0, end=80, convert_to_iter_based=True)
]
