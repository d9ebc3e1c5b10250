# Stage 1 and 2 on THUMOS14's I3D features, one embedding a second: for those
# who have the features and not the videos.
_base_ = '../_base_/similarity_temporal_benchmark.py'

data_root = 'data/thumos/'
model = dict(backbone=dict(in_channels=2048))
dataset = dict(
    ann_file=data_root + 'annotations/thumos14.json',
    data_prefix=dict(feature=data_root + 'i3d_features'),
    filename_tmpl='{}.npy',
    pipeline=[
        dict(type='SampleFeatures', stride=4, window=16, channels=2048),
        dict(type='PackFrames')
    ])
# THUMOS14 has no annotated training videos
train_dataloader = dict(dataset=dict(**dataset, subset='validation'))
test_dataloader = dict(dataset=dataset)
test_cfg = dict(out_dir=data_root + 'embeddings_1s')
