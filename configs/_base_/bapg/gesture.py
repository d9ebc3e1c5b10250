# BAPG on gestures, arm sensors: its embeddings, and what makes them.
# Written by tools/dev/make_configs.py: change its table instead.
_base_ = './bapg.py'

bapg = dict(
    clustering=dict(embeddings='data/gesture/embeddings', interval=0.25),
    encoder=dict(
        config='similarity/'
        'similarity_temporal_1xb224-40e_gesture-imu-0.25s.py',
        checkpoint='work_dirs/'
        'similarity_temporal_1xb224-40e_gesture-imu-0.25s/'
        'epoch_40.pth'))
