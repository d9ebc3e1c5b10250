# Stages 1 and 2 on EPIC-KITCHENS-100 nouns, SlowFast features.
# Written by tools/dev/make_configs.py: change its table instead.
_base_ = '../_base_/similarity_dilated_benchmark.py'

model = dict(
    backbone=dict(in_channels=2304, out_channels=320),
    class_head=dict(num_classes=300))
dataset = dict(
    ann_file='data/epic_kitchens/annotations/epic_kitchens100_noun.json',
    data_prefix=dict(feature='data/epic_kitchens/features'),
    filename_tmpl='{}.npz',
    interval=0.53,
    pipeline=[
        dict(
            type='SampleFeatures',
            stride=16,
            window=32,
            fps=30,
            channels=2304,
            key='feats',
            short_features='hold'),
        dict(type='PackFrames')
    ])
train_dataloader = dict(dataset=dict(**dataset, subset='training'))
test_dataloader = dict(
    dataset=dict(**dataset, subset=['training', 'validation']))
test_cfg = dict(out_dir='data/epic_kitchens/embeddings_noun')
