# Stages 1 and 2 on MultiTHUMOS, I3D features.
# Written by tools/dev/make_configs.py: change its table instead.
_base_ = '../_base_/similarity_dilated_benchmark.py'

model = dict(
    backbone=dict(in_channels=2048, out_channels=96),
    class_head=dict(num_classes=65))
dataset = dict(
    ann_file='data/multithumos/annotations/multithumos.json',
    data_prefix=dict(feature='data/thumos/i3d_features'),
    fps=30,
    interval=0.13,
    missing_files='skip',
    pipeline=[
        dict(
            type='SampleFeatures',
            stride=4,
            window=16,
            channels=2048,
            short_features='hold'),
        dict(type='PackFrames')
    ])
train_dataloader = dict(dataset=dict(**dataset, subset='training'))
test_dataloader = dict(
    dataset=dict(**dataset, subset=['training', 'testing']))
test_cfg = dict(out_dir='data/multithumos/embeddings')
