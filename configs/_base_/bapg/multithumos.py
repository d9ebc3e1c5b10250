# BAPG on MultiTHUMOS, I3D features: its embeddings, and what makes them.
# Written by tools/dev/make_configs.py: change its table instead.
_base_ = './bapg.py'

bapg = dict(
    clustering=dict(
        embeddings='data/multithumos/embeddings', interval=0.13),
    encoder=dict(
        config='similarity/similarity_dilated_1xb8-20e_multithumos-i3d.py',
        checkpoint='work_dirs/'
        'similarity_dilated_1xb8-20e_multithumos-i3d/'
        'all/'
        'epoch_20.pth'))
