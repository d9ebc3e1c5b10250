# BAPG on FineAction, VideoMAE V2-g features: its embeddings, and what makes
# them.
# Written by tools/dev/make_configs.py: change its table instead.
_base_ = './bapg.py'

bapg = dict(
    clustering=dict(embeddings='data/fineaction/embeddings', interval=1.0),
    encoder=dict(
        config='similarity/'
        'similarity_temporal_1xb224-80e_fineaction-videomae2g.py',
        checkpoint='work_dirs/'
        'similarity_temporal_1xb224-80e_fineaction-videomae2g/'
        'epoch_80.pth'))
