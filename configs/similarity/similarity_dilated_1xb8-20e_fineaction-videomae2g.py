# Stages 1 and 2 on FineAction, VideoMAE V2-g features.
# Written by tools/dev/make_configs.py: change its table instead.
_base_ = '../_base_/similarity_dilated_benchmark.py'

model = dict(
    backbone=dict(in_channels=1408, out_channels=128),
    class_head=dict(num_classes=106))
dataset = dict(
    ann_file='data/fineaction/annotations/annotations_gt.json',
    data_prefix=dict(feature='data/fineaction/fineaction_mae_g'),
    interval=0.5,
    missing_files='skip',
    pipeline=[
        dict(
            type='SampleFeatures',
            stride=0,
            channels=1408,
            short_features='hold'),
        dict(type='PackFrames')
    ])
train_dataloader = dict(dataset=dict(**dataset, subset='training'))
test_dataloader = dict(
    dataset=dict(**dataset, subset=['training', 'validation']))
test_cfg = dict(out_dir='data/fineaction/embeddings')
