# BAPG on Ego4D moment queries, EgoVLP features: its embeddings, and what makes
# them.
# Written by tools/dev/make_configs.py: change its table instead.
_base_ = './bapg.py'

bapg = dict(
    clustering=dict(
        embeddings='data/ego4d/embeddings_egovlp', interval=0.53),
    encoder=dict(
        config='similarity/similarity_dilated_1xb8-20e_ego4d-mq-egovlp.py',
        checkpoint='work_dirs/'
        'similarity_dilated_1xb8-20e_ego4d-mq-egovlp/'
        'all/'
        'epoch_20.pth'))
