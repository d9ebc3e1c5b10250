# Stages 1 and 2 on HACS Segments, I3D features.
# Written by tools/dev/make_configs.py: change its table instead.
_base_ = '../_base_/similarity_dilated_benchmark.py'

model = dict(
    backbone=dict(in_channels=2048, out_channels=224),
    class_head=dict(num_classes=200))
dataset = dict(
    ann_file='data/hacs/annotations/hacs_segments_v1.1.1.json',
    data_prefix=dict(feature='data/hacs/i3d_feature'),
    filename_tmpl='{subset}/{}.npy',
    interval=0.5,
    missing_files='skip',
    pipeline=[
        dict(
            type='SampleFeatures',
            stride=1,
            window=1,
            fps=2,
            channels=2048,
            short_features='hold'),
        dict(type='PackFrames')
    ])
train_dataloader = dict(dataset=dict(**dataset, subset='training'))
test_dataloader = dict(
    dataset=dict(**dataset, subset=['training', 'validation']))
test_cfg = dict(out_dir='data/hacs/embeddings_i3d')
