# BAPG on gestures, arm sensors: its embeddings, and what makes them.
# Written by tools/dev/make_configs.py: change its table instead.
_base_ = './bapg.py'

bapg = dict(
    clustering=dict(
        embeddings='data/gesture/embeddings',
        interval=0.25,
        class_channels=12),
    encoder=dict(
        config='similarity/similarity_dilated_1xb8-20e_gesture-imu.py',
        checkpoint='work_dirs/'
        'similarity_dilated_1xb8-20e_gesture-imu/'
        'all/'
        'epoch_20.pth'))
