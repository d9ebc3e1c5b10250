# BAPG on ActivityNet-1.3, TSP features: its embeddings, and what makes them.
# Written by tools/dev/make_configs.py: change its table instead.
_base_ = './bapg.py'

bapg = dict(
    clustering=dict(embeddings='data/activitynet/embeddings', interval=1.0),
    encoder=dict(
        config='similarity/'
        'similarity_temporal_1xb224-80e_activitynet13-tsp.py',
        checkpoint='work_dirs/'
        'similarity_temporal_1xb224-80e_activitynet13-tsp/'
        'epoch_80.pth'))
