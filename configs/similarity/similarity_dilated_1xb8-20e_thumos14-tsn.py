# Stages 1 and 2 on THUMOS14, TSN features.
# Written by tools/dev/make_configs.py: change its table instead.
_base_ = '../_base_/similarity_dilated_benchmark.py'

model = dict(
    backbone=dict(in_channels=2048), class_head=dict(num_classes=20))
dataset = dict(
    ann_file='data/thumos/annotations/thumos14.json',
    data_prefix=dict(
        feature=['data/thumos/tsn_flow', 'data/thumos/tsn_rgb']),
    filename_tmpl='{subset}.h5/{}',
    interval=0.17,
    missing_files='skip',
    pipeline=[
        dict(
            type='SampleFeatures',
            stride=5,
            window=0,
            every=5,
            channels=2048,
            length_slack=1000,
            short_features='hold'),
        dict(type='PackFrames')
    ])
train_dataloader = dict(dataset=dict(**dataset, subset='validation'))
test_dataloader = dict(
    dataset=dict(**dataset, subset=['validation', 'test']))
test_cfg = dict(out_dir='data/thumos/embeddings_tsn')
