# Stages 1 and 2 on ActivityNet-1.3, TSP features, frame by frame.
_base_ = '../_base_/similarity_temporal_benchmark.py'

model = dict(backbone=dict(in_channels=512))
dataset = dict(
    ann_file='data/activitynet/annotations/activitynet13.json',
    data_prefix=dict(feature='data/activitynet/tsp_features'),
    filename_tmpl='v_{}.npy',
    missing_files='skip',
    pipeline=[
        dict(
            type='SampleFeatures',
            stride=16,
            window=16,
            fps=15,
            channels=512,
            short_features='hold'),
        dict(type='PackFrames')
    ])
train_dataloader = dict(dataset=dict(**dataset, subset='training'))
test_dataloader = dict(
    dataset=dict(**dataset, subset=['training', 'validation']))
test_cfg = dict(out_dir='data/activitynet/embeddings_1s')
