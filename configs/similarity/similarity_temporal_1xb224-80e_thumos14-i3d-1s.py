# Stage 1 and 2 on THUMOS14's I3D features, one embedding a second: for those
# who have the features and not the videos.
_base_ = './similarity_temporal_1xb224-80e_fir-feature-0.25s.py'

data_root = 'data/thumos/'
reaches = (1, 2)  # changes within one second and within two

model = dict(backbone=dict(in_channels=2048, reaches=reaches))
dataset = dict(
    ann_file=data_root + 'annotations/thumos14.json',
    data_prefix=dict(feature=data_root + 'i3d_features'),
    filename_tmpl='{}.npy',
    interval=1.0,
    context=max(reaches),
    invalid_segments='keep',
    pipeline=[
        dict(type='SampleFeatures', stride=4, window=16, channels=2048),
        dict(type='PackFrames')
    ])
train_dataloader = dict(
    num_workers=4,
    persistent_workers=True,
    dataset=dict(
        **dataset,
        where=None,
        subset='validation',  # THUMOS14 has no annotated training videos
        # the paper's: all of the background beside an instance
        hard_negative_window=None,
        surroundings='background'))
test_dataloader = dict(num_workers=4, dataset=dataset)
test_cfg = dict(out_dir=data_root + 'embeddings')
