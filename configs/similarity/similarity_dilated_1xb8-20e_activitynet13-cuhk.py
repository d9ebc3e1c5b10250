# Stages 1 and 2 on ActivityNet-1.3, CUHK's TSN features.
# Written by tools/dev/make_configs.py: change its table instead.
_base_ = '../_base_/similarity_dilated_benchmark.py'

model = dict(
    backbone=dict(in_channels=400, out_channels=224),
    class_head=dict(num_classes=200))
dataset = dict(
    ann_file='data/activitynet/annotations/activitynet13.json',
    data_prefix=dict(feature='data/activitynet/csv_mean_100'),
    filename_tmpl='v_{}.csv',
    interval=1.0,
    missing_files='skip',
    pipeline=[
        dict(
            type='SampleFeatures',
            stride=0,
            channels=400,
            short_features='hold'),
        dict(type='PackFrames')
    ])
train_dataloader = dict(dataset=dict(**dataset, subset='training'))
test_dataloader = dict(
    dataset=dict(**dataset, subset=['training', 'validation']))
test_cfg = dict(out_dir='data/activitynet/embeddings_cuhk')
