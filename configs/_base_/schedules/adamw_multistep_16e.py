# The schedule of TadTR: AdamW with decay of all parameters, and one step
# down.
train_cfg = dict(type='EpochBasedTrainLoop', max_epochs=16, val_interval=1)
val_cfg = dict(type='ValLoop')
test_cfg = dict(type='TestLoop')

optim_wrapper = dict(
    optimizer=dict(type='AdamW', lr=2e-4, weight_decay=1e-4),
    clip_grad=dict(max_norm=0.1, norm_type=2),
    paramwise_cfg=dict(
        custom_keys={
            'reference_points': dict(lr_mult=0.1),
            'sampling_offsets': dict(lr_mult=0.1)
        }))

param_scheduler = [
    dict(type='MultiStepLR', milestones=[14], gamma=0.1, end=16)
]
