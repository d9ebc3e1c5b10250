_base_ = [
    '../_base_/default_runtime.py',
    '../_base_/datasets/hacs_i3d.py',
    '../_base_/models/tridet_hacs.py',
    '../_base_/schedules/adamw_warmup_cosine.py'
]

model = dict(
    max_seq_len=512,
    input_noise=0.0,
    backbone=dict(
        in_channels=2048, arch=(2, 2, 6), window=15, max_seq_len=512),
    neck=dict(num_levels=7),
    head=dict(
        num_bins=12,
        point_generator=dict(
            regression_ranges=[(0, 4), (4, 8), (8, 16), (16, 32), (32, 64),
                               (64, 128), (128, 10000)])))

train_cfg = dict(max_epochs=13)
optim_wrapper = dict(optimizer=dict(lr=1e-3, weight_decay=0.03))
param_scheduler = dict(warmup=10, eta_min=2e-4)
