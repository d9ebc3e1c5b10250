# Loaders of localizers that see frames of 160 px, and what AdaTAD does with
# these: in training one random crop, flip, RandAugment and colours for all
# frames of a window, in testing the centre. Both stay as uint8; the model
# normalizes.
_base_ = './benchmark_loaders.py'

pack = dict(type='PackFrameWindow')
augment = [
    dict(type='DecodeFrames', each=[dict(type='Resize', scale=(-1, 182))]),
    dict(type='RandomResizedCrop'),
    dict(type='Resize', scale=(160, 160), keep_ratio=False),
    dict(type='Flip', flip_ratio=0.5),
    dict(type='WindowRandAugment'),
    dict(type='WindowColorJitter'), pack
]
decode_test = dict(
    type='DecodeFrames',
    each=[
        dict(type='Resize', scale=(-1, 160)),
        dict(type='CenterCrop', crop_size=160)
    ])
