# Stage 1 and 2 on MultiTHUMOS: features of THUMOS14, boundaries of its own.
_base_ = '../_base_/similarity_temporal_benchmark.py'

data_root = 'data/multithumos/'
model = dict(backbone=dict(in_channels=2048))
dataset = dict(
    ann_file=data_root + 'annotations/multithumos.json',
    data_prefix=dict(feature='data/thumos/i3d_features'),
    fps=30,  # of video_test_0001292, as for the hosts
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
test_cfg = dict(out_dir=data_root + 'embeddings')
