_base_ = './bapg.py'
# one embedding a second, as the paper's coarser setting
bapg = dict(
    clustering=dict(embeddings='data/hacs/embeddings_i3d', interval=1.0),
    encoder=dict(
        config='similarity/similarity_temporal_1xb224-80e_hacs-i3d.py',
        checkpoint='work_dirs/'
        'similarity_temporal_1xb224-80e_hacs-i3d/epoch_80.pth'))
