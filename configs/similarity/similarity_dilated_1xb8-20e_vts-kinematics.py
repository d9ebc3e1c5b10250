# Stages 1 and 2 on open suturing, hand sensors.
# Written by tools/dev/make_configs.py: change its table instead.
_base_ = '../_base_/similarity_dilated.py'

model = dict(
    backbone=dict(in_channels=108), class_head=dict(num_classes=5))
dataset = dict(
    ann_file='data/vts/annotations.json',
    data_prefix=dict(feature='data/vts/features'),
    interval=0.26666666666666666,
    pipeline=[
        dict(type='SampleFeatures', stride=4, window=4, channels=108),
        dict(type='PackFrames')
    ])
train_dataloader = dict(
    dataset=dict(**dataset, where=dict(fold=[0, 1, 2])))
test_dataloader = dict(
    dataset=dict(**dataset, where=dict(fold=[0, 1, 2, 3])))
test_cfg = dict(out_dir='data/vts/embeddings')
