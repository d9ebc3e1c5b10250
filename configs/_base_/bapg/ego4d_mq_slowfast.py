_base_ = './bapg.py'
# one embedding a second, as the paper's coarser setting
bapg = dict(
    clustering=dict(embeddings='data/ego4d/embeddings_slowfast', interval=1.0),
    encoder=dict(
        config='similarity/'
        'similarity_temporal_1xb224-80e_ego4d-mq-slowfast.py',
        checkpoint='work_dirs/'
        'similarity_temporal_1xb224-80e_ego4d-mq-slowfast/epoch_80.pth'))
