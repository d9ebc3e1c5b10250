# BAPG on ActivityNet-1.3, TSP features: its embeddings, and what makes them.
# Written by tools/dev/make_configs.py: change its table instead.
_base_ = './bapg.py'

bapg = dict(
    clustering=dict(
        embeddings='data/activitynet/embeddings',
        interval=1.0,
        class_channels=201),
    encoder=dict(
        config='similarity/'
        'similarity_dilated_1xb8-20e_activitynet13-tsp.py',
        checkpoint='work_dirs/'
        'similarity_dilated_1xb8-20e_activitynet13-tsp/'
        'all/'
        'epoch_20.pth'))
