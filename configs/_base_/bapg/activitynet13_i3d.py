# BAPG on ActivityNet-1.3, I3D features: its embeddings, and what makes them.
# Written by tools/dev/make_configs.py: change its table instead.
_base_ = './bapg.py'

bapg = dict(
    clustering=dict(
        embeddings='data/activitynet/embeddings_i3d',
        interval=0.64,
        class_channels=201),
    encoder=dict(
        config='similarity/'
        'similarity_dilated_1xb8-20e_activitynet13-i3d.py',
        checkpoint='work_dirs/'
        'similarity_dilated_1xb8-20e_activitynet13-i3d/'
        'all/'
        'epoch_20.pth'))
