# Stage 1 on frames, small enough for a CPU.
_base_ = [
    '../_base_/default_runtime.py',
    '../_base_/models/similarity_efficientnetlite0.py',
    '../_base_/datasets/fir_frames_160px.py'
]

# Fourteen videos of one room have little to teach the first layers.
model = dict(backbone=dict(frozen_blocks=11))
train_cfg = dict(type='EpochBasedTrainLoop', max_epochs=20)
test_cfg = dict(
    type='EmbedLoop', out_dir=_base_.data_root + 'embeddings_frames')
optim_wrapper = dict(
    optimizer=dict(type='Adam', lr=1e-4, weight_decay=4e-4))
param_scheduler = [
    dict(
        type='CosineAnnealingLR', begin=0, end=20, convert_to_iter_based=True)
]
