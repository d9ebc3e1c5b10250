# BAPG on THUMOS14, TSN features: its embeddings, and what makes them.
# Written by tools/dev/make_configs.py: change its table instead.
_base_ = './bapg.py'

bapg = dict(
    clustering=dict(
        embeddings='data/thumos/embeddings_tsn',
        interval=0.17,
        class_channels=21),
    encoder=dict(
        config='similarity/similarity_dilated_1xb8-20e_thumos14-tsn.py',
        checkpoint='work_dirs/'
        'similarity_dilated_1xb8-20e_thumos14-tsn/'
        'all/'
        'epoch_20.pth'))
