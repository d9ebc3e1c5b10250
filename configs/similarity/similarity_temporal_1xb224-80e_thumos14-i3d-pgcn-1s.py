# Stage 1 and 2 on P-GCN's I3D features of THUMOS14, which TadTR reads.
_base_ = '../_base_/similarity_temporal_benchmark.py'

data_root = 'data/thumos/'
model = dict(backbone=dict(in_channels=2048))
dataset = dict(
    ann_file=data_root + 'annotations/thumos14.json',
    data_prefix=dict(feature=data_root + 'i3d_pgcn_features'),
    filename_tmpl='{}.pt',
    missing_files='skip',
    pipeline=[
        dict(
            type='SampleFeatures',
            stride=8,
            window=8,
            channels=2048,
            short_features='hold'),
        dict(type='PackFrames')
    ])
# THUMOS14 has no annotated training videos
train_dataloader = dict(dataset=dict(**dataset, subset='validation'))
test_dataloader = dict(dataset=dataset)
test_cfg = dict(out_dir=data_root + 'embeddings_i3d_pgcn_1s')
