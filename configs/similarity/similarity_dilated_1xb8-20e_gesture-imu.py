# Stages 1 and 2 on gestures, arm sensors.
# Written by tools/dev/make_configs.py: change its table instead.
_base_ = '../_base_/similarity_dilated.py'

model = dict(
    backbone=dict(in_channels=30), class_head=dict(num_classes=11))
dataset = dict(
    ann_file='data/gesture/annotations.json',
    data_prefix=dict(feature='data/gesture/features'),
    interval=0.25,
    pipeline=[
        dict(type='SampleFeatures', stride=8, window=8, channels=30),
        dict(type='PackFrames')
    ])
train_dataloader = dict(dataset=dict(**dataset, where=dict(subject=[1])))
test_dataloader = dict(dataset=dict(**dataset, where=dict(subject=[1, 2])))
test_cfg = dict(out_dir='data/gesture/embeddings')
