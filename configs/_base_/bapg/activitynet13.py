_base_ = './bapg.py'
# one embedding a second, as the paper's coarser setting
bapg = dict(
    clustering=dict(embeddings='data/activitynet/embeddings', interval=1.0),
    encoder=dict(
        config='similarity/'
        'similarity_temporal_1xb224-80e_activitynet13-tsp.py',
        checkpoint='work_dirs/'
        'similarity_temporal_1xb224-80e_activitynet13-tsp/epoch_80.pth'))
