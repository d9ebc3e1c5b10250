# DyFADet with BAPG on MultiTHUMOS, I3D features.
# Written by tools/dev/make_configs.py: change its table instead.
_base_ = [
    './dyfadet_1xb2-40e_multithumos-i3d.py',
    '../_base_/bapg/multithumos.py'
]
