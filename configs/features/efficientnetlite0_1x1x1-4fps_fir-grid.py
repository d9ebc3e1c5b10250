# Features for FIR that tell where something is: 112 channels of
# EfficientNet-Lite0 at 5 x 5 places.
_base_ = './efficientnetlite0_1x1x1-4fps_fir-rgb.py'

model = dict(backbone=dict(num_blocks=11))
clip_features = dict(grid=5, out_dir='features_grid')
