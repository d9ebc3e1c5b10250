_base_ = './bapg.py'

encoder = 'similarity_temporal_1xb224-40e_gesture-imu-0.25s'
bapg = dict(
    clustering=dict(embeddings='data/gesture/embeddings', interval=0.25),
    encoder=dict(
        config=f'similarity/{encoder}.py',
        checkpoint=f'work_dirs/{encoder}/epoch_40.pth'))
