# The schedule of the BAPG paper, Sec. III-B. It does not say where the
# multi-step schedule steps.
train_cfg = dict(type='EpochBasedTrainLoop', max_epochs=100)
optim_wrapper = dict(
    optimizer=dict(type='Adam', lr=1e-5, weight_decay=4e-4))
param_scheduler = [
    dict(type='MultiStepLR', milestones=[60, 80], gamma=0.1, end=100)
]
