# Stage 1 on what is where (efficientnetlite0_1x1x1-4fps_fir-grid): no
# better alone, but together with the encoder on plain features
# (tools/join_embeddings.py, docs/results.md).
_base_ = './similarity_temporal_1xb224-80e_fir-feature-0.25s.py'

channels = 112 * 5 * 5
dataset = dict(
    data_prefix=dict(feature=_base_.data_root + 'features_grid'),
    pipeline=[
        dict(type='SampleFeatures', channels=channels),
        dict(type='PackFrames')
    ])
model = dict(backbone=dict(in_channels=channels))
train_dataloader = dict(dataset=dataset)
test_dataloader = dict(dataset=dataset)
test_cfg = dict(out_dir=_base_.data_root + 'embeddings_grid')
