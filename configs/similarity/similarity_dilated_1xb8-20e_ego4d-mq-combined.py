# Stages 1 and 2 on Ego4D moment queries, three features together.
# Written by tools/dev/make_configs.py: change its table instead.
_base_ = '../_base_/similarity_dilated_benchmark.py'

model = dict(
    backbone=dict(in_channels=4096, out_channels=128),
    class_head=dict(num_classes=110))
dataset = dict(
    ann_file='data/ego4d/annotations/ego4d_mq.json',
    data_prefix=dict(
        feature=[
            'data/ego4d/slowfast_features',
            'data/ego4d/omnivore_features',
            'data/ego4d/egovlp_features'
        ]),
    interval=0.53,
    missing_files='skip',
    pipeline=[
        dict(
            type='SampleFeatures',
            stride=16,
            window=32,
            fps=30,
            channels=4096,
            short_features='hold'),
        dict(type='PackFrames')
    ])
train_dataloader = dict(dataset=dict(**dataset, subset='training'))
test_dataloader = dict(
    dataset=dict(**dataset, subset=['training', 'validation']))
test_cfg = dict(out_dir='data/ego4d/embeddings_combined')
