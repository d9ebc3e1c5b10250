_base_ = './bapg.py'

encoder = 'similarity_temporal_1xb224-80e_fir-feature-0.25s'
bapg = dict(
    clustering=dict(embeddings='data/fir/embeddings', interval=0.25),
    # how tools/localize.py makes the same embeddings from raw video
    encoder=dict(
        config=f'similarity/{encoder}.py',
        checkpoint=f'work_dirs/{encoder}/epoch_80.pth'))
