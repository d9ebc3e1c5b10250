# ActionFormer on FIR's frames, and EfficientNet-Lite0's last three blocks are
# trained with it, at a tenth of its learning rate.
_base_ = './end_to_end_frozen_1xb2-20e_fir-efficientnetlite0-96px.py'

last_blocks = [
    'network._blocks.13', 'network._blocks.14', 'network._blocks.15',
    'network._conv_head', 'network._bn1'
]
model = dict(
    video_backbone=dict(trained=last_blocks, frozen_norms=True))
optim_wrapper = dict(
    paramwise_cfg=dict(custom_keys={'video_backbone': dict(lr_mult=0.1)}))
