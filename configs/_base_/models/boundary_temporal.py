# BSP's encoder of stored clip features, the same as that of stage 1 of BAPG
# with reaches that fit in a short clip. A config adds its in_channels.
model = dict(
    type='BoundaryLearner',
    encoder=dict(type='TemporalFeatureEncoder', reaches=(1, 2)),
    heads=dict(
        boundary=dict(
            type='BoundaryKindHead', in_channels=64, num_classes=4)))
