# BAPG on FineAction, VideoMAE V2-g features: its embeddings, and what makes
# them.
# Written by tools/dev/make_configs.py: change its table instead.
_base_ = './bapg.py'

bapg = dict(
    clustering=dict(
        embeddings='data/fineaction/embeddings',
        interval=0.5,
        class_channels=107),
    encoder=dict(
        config='similarity/'
        'similarity_dilated_1xb8-20e_fineaction-videomae2g.py',
        checkpoint='work_dirs/'
        'similarity_dilated_1xb8-20e_fineaction-videomae2g/'
        'all/'
        'epoch_20.pth'))
