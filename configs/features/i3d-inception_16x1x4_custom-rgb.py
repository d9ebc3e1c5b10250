# I3D (Inception), the network of the published "I3D features": 16 frames every
# 4. Its checkpoint is rgb_imagenet.pt, converted.
_base_ = '../_base_/clip_features.py'

model = dict(
    type='Recognizer3D',
    backbone=dict(type='InceptionI3D'),
    data_preprocessor=dict(
        type='ActionDataPreprocessor',
        mean=[127.5, 127.5, 127.5],
        std=[127.5, 127.5, 127.5],
        format_shape='NCTHW'))
test_pipeline = [
    dict(type='Resize', scale=(-1, 256)),
    dict(type='CenterCrop', crop_size=224)
]
clip_features = dict(clip_len=16, stride=4)
