# BAPG on FIR, EfficientNet-Lite0 features: its embeddings, and what makes
# them.
# Written by tools/dev/make_configs.py: change its table instead.
_base_ = './bapg.py'

bapg = dict(
    clustering=dict(
        embeddings='data/fir/embeddings', interval=0.25, class_channels=5),
    encoder=dict(
        config='similarity/'
        'similarity_dilated_1xb8-20e_fir-efficientnetlite0.py',
        checkpoint='work_dirs/'
        'similarity_dilated_1xb8-20e_fir-efficientnetlite0/'
        'all/'
        'epoch_20.pth'))
