# Stage 1 and 2 on ActivityNet-1.3's TSP features, one embedding a second: for
# those who have the features and not the videos.
_base_ = '../_base_/similarity_temporal_benchmark.py'

data_root = 'data/activitynet/'
model = dict(backbone=dict(in_channels=512))
dataset = dict(
    ann_file=data_root + 'annotations/activitynet13.json',
    data_prefix=dict(feature=data_root + 'tsp_features'),
    filename_tmpl='v_{}.npy',
    missing_files='skip',
    pipeline=[
        dict(
            type='SampleFeatures',
            stride=16,
            window=16,
            fps=15,
            channels=512,
            # parts of some videos are lost
            short_features='hold'),
        dict(type='PackFrames')
    ])
train_dataloader = dict(dataset=dict(**dataset, subset='training'))
test_dataloader = dict(
    dataset=dict(**dataset, subset=['training', 'validation']))
test_cfg = dict(out_dir=data_root + 'embeddings')
