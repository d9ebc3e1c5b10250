# BAPG on Ego4D moment queries, SlowFast features: its embeddings, and what
# makes them.
# Written by tools/dev/make_configs.py: change its table instead.
_base_ = './bapg.py'

bapg = dict(
    clustering=dict(
        embeddings='data/ego4d/embeddings_slowfast', interval=1.0),
    encoder=dict(
        config='similarity/'
        'similarity_temporal_1xb224-80e_ego4d-mq-slowfast.py',
        checkpoint='work_dirs/'
        'similarity_temporal_1xb224-80e_ego4d-mq-slowfast/'
        'epoch_80.pth'))
