_base_ = './bapg.py'
bapg = dict(clustering=dict(embeddings='data/fir/embeddings', interval=0.25))

# How tools/localize.py makes the same embeddings from raw video.
_encoder = 'similarity_temporal_1xb224-80e_fir-feature-0.25s'
video_input = dict(
    encoder=f'similarity/{_encoder}.py',
    encoder_checkpoint=f'work_dirs/{_encoder}/epoch_80.pth')
