# One network that gives the features of both streams (BSP, Fig. 3c).
_base_ = './vanilla_tsm-r18_8xb8-50e_kinetics400-rgb.py'

trained = dict(type='Pretrained', prefix='encoder.')
vanilla = 'work_dirs/vanilla_tsm-r18_8xb8-50e_kinetics400-rgb/epoch_50.pth'
bsp = 'work_dirs/bsp_tsm-r18_8xb8-50e_kinetics400-rgb/epoch_50.pth'
model = dict(
    type='BoundaryDistiller',
    in_channels=512,
    teachers=dict(
        action=dict(
            **_base_.model.encoder,
            init_cfg=dict(**trained, checkpoint=vanilla)),
        boundary=dict(
            **_base_.model.encoder, init_cfg=dict(**trained,
                                                  checkpoint=bsp))),
    teacher_channels=dict(action=512, boundary=512),
    # the squared norm adds up 512 channels
    match_weight=0.01)
train_dataloader = dict(
    dataset=dict(
        kinds=('diff_class', 'same_class', 'diff_speed', 'same_speed')))
