# TriDet with BAPG on HACS Segments, SlowFast features.
# Written by tools/dev/make_configs.py: change its table instead.
_base_ = [
    './tridet_1xb16-11e_hacs-slowfast.py',
    '../_base_/bapg/hacs_slowfast.py'
]
