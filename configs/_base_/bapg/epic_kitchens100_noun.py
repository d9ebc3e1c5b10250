# BAPG on EPIC-KITCHENS-100 nouns, SlowFast features: its embeddings, and what
# makes them.
# Written by tools/dev/make_configs.py: change its table instead.
_base_ = './bapg.py'

bapg = dict(
    clustering=dict(
        embeddings='data/epic_kitchens/embeddings_noun', interval=0.53),
    encoder=dict(
        config='similarity/'
        'similarity_dilated_1xb8-20e_epic-kitchens100-noun-slowfast.py',
        checkpoint='work_dirs/'
        'similarity_dilated_1xb8-20e_epic-kitchens100-noun-slowfast/'
        'all/'
        'epoch_20.pth'))
