# BAPG on THUMOS14, P-GCN's I3D features: its embeddings, and what makes them.
# Written by tools/dev/make_configs.py: change its table instead.
_base_ = './bapg.py'

bapg = dict(
    clustering=dict(
        embeddings='data/thumos/embeddings_i3d_pgcn', interval=1.0),
    encoder=dict(
        config='similarity/'
        'similarity_temporal_1xb224-80e_thumos14-i3d-pgcn-1s.py',
        checkpoint='work_dirs/'
        'similarity_temporal_1xb224-80e_thumos14-i3d-pgcn-1s/'
        'epoch_80.pth'))
