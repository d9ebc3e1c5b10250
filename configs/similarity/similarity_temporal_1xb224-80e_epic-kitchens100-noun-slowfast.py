# Stage 1 and 2 on SlowFast features of EPIC-KITCHENS-100, nouns.
_base_ = '../_base_/similarity_temporal_benchmark.py'

data_root = 'data/epic_kitchens/'
model = dict(backbone=dict(in_channels=2304))
dataset = dict(
    ann_file=data_root + 'annotations/epic_kitchens100_noun.json',
    data_prefix=dict(feature=data_root + 'features'),
    filename_tmpl='{}.npz',
    pipeline=[
        dict(
            type='SampleFeatures',
            stride=16,
            window=32,
            fps=30,
            key='feats',
            channels=2304,
            short_features='hold'),
        dict(type='PackFrames')
    ])
train_dataloader = dict(dataset=dict(**dataset, subset='training'))
test_dataloader = dict(
    dataset=dict(**dataset, subset=['training', 'validation']))
test_cfg = dict(out_dir=data_root + 'embeddings_noun')
