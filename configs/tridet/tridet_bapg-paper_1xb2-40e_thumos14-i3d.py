# TriDet with the BAPG paper's BAPG on THUMOS14, I3D features.
# Written by tools/dev/make_configs.py: change its table instead.
_base_ = [
    './tridet_1xb2-40e_thumos14-i3d.py', '../_base_/bapg/thumos14_paper.py'
]
