# TriDet with BAPG on HACS Segments, I3D features.
# Written by tools/dev/make_configs.py: change its table instead.
_base_ = ['./tridet_1xb16-13e_hacs-i3d.py', '../_base_/bapg/hacs_i3d.py']
