# ActionFormer with BAPG on MultiTHUMOS, I3D features.
# Written by tools/dev/make_configs.py: change its table instead.
_base_ = [
    './actionformer_1xb2-35e_multithumos-i3d.py',
    '../_base_/bapg/multithumos.py'
]
