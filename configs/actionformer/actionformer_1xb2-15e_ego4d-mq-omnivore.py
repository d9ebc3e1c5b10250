_base_ = [
    '../_base_/default_runtime.py',
    '../_base_/datasets/ego4d_mq_omnivore.py',
    '../_base_/models/actionformer_ego4d_mq.py',
    '../_base_/schedules/adamw_warmup_cosine.py'
]

model = dict(backbone=dict(in_channels=1536))

train_cfg = dict(max_epochs=15)
