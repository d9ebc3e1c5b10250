# BAPG on ActivityNet-1.3, CUHK's TSN features: its embeddings, and what makes
# them.
# Written by tools/dev/make_configs.py: change its table instead.
_base_ = './bapg.py'

bapg = dict(
    clustering=dict(
        embeddings='data/activitynet/embeddings_cuhk',
        interval=1.0,
        class_channels=201),
    encoder=dict(
        config='similarity/'
        'similarity_dilated_1xb8-20e_activitynet13-cuhk.py',
        checkpoint='work_dirs/'
        'similarity_dilated_1xb8-20e_activitynet13-cuhk/'
        'all/'
        'epoch_20.pth'))
