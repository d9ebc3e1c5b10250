# Stage 1 and 2 on TCANet's SlowFast features of HACS Segments.
_base_ = '../_base_/similarity_temporal_benchmark.py'

data_root = 'data/hacs/'
model = dict(backbone=dict(in_channels=2304))
dataset = dict(
    ann_file=data_root + 'annotations/hacs_segments_v1.1.1.json',
    data_prefix=dict(feature=data_root + 'slowfast_feature'),
    filename_tmpl='{subset}/{}.pkl',
    missing_files='skip',
    pipeline=[
        dict(
            type='SampleFeatures',
            stride=8,
            window=32,
            fps=15,
            key=('slow_feature', 'fast_feature'),
            channels=2304,
            short_features='hold'),
        dict(type='PackFrames')
    ])
train_dataloader = dict(dataset=dict(**dataset, subset='training'))
test_dataloader = dict(
    dataset=dict(**dataset, subset=['training', 'validation']))
test_cfg = dict(out_dir=data_root + 'embeddings_slowfast')
