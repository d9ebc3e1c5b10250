# Clip features for FIR that tell where something is: 112 channels of
# EfficientNet-Lite0 at 5 x 5 places.
_base_ = './extract_efficientnetlite0_fir-rgb-0.25s.py'

model = dict(backbone=dict(num_blocks=11), grid=5)
test_cfg = dict(out_dir=_base_.data_root + 'features_grid')
