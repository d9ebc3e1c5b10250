# BAPG on HACS Segments, SlowFast features: its embeddings, and what makes
# them.
# Written by tools/dev/make_configs.py: change its table instead.
_base_ = './bapg.py'

bapg = dict(
    clustering=dict(
        embeddings='data/hacs/embeddings_slowfast', interval=0.53),
    encoder=dict(
        config='similarity/similarity_dilated_1xb8-20e_hacs-slowfast.py',
        checkpoint='work_dirs/'
        'similarity_dilated_1xb8-20e_hacs-slowfast/'
        'all/'
        'epoch_20.pth'))
