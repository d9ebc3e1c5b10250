# BAPG on open suturing, hand sensors: its embeddings, and what makes them.
# Written by tools/dev/make_configs.py: change its table instead.
_base_ = './bapg.py'

bapg = dict(
    clustering=dict(
        embeddings='data/vts/embeddings',
        interval=0.26666666666666666,
        class_channels=6),
    encoder=dict(
        config='similarity/similarity_dilated_1xb8-20e_vts-kinematics.py',
        checkpoint='work_dirs/'
        'similarity_dilated_1xb8-20e_vts-kinematics/'
        'all/'
        'epoch_20.pth'))
