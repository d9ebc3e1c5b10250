# Clip features for FIR: frames through EfficientNet-Lite0 as ImageNet left it.
_base_ = [
    '../_base_/default_runtime.py',
    '../_base_/models/similarity_efficientnetlite0.py',
    '../_base_/datasets/fir_frames_160px.py'
]

model = dict(backbone=dict(frozen=True), head=None)
test_cfg = dict(type='EmbedLoop', out_dir=_base_.data_root + 'features')
train_dataloader = None
