# Stages 1 and 2 on FIR, EfficientNet-Lite0 features.
# Written by tools/dev/make_configs.py: change its table instead.
_base_ = '../_base_/similarity_dilated.py'

model = dict(
    backbone=dict(in_channels=1280), class_head=dict(num_classes=4))
dataset = dict(
    ann_file='data/fir/annotations.json',
    data_prefix=dict(feature='data/fir/features'),
    filename_tmpl='{}.npz',
    interval=0.25,
    pipeline=[
        dict(type='SampleFeatures', channels=1280), dict(type='PackFrames')
    ])
train_dataloader = dict(dataset=dict(**dataset, where=dict(fold=[0, 1])))
test_dataloader = dict(dataset=dict(**dataset, where=dict(fold=[0, 1, 2])))
test_cfg = dict(out_dir='data/fir/embeddings')
