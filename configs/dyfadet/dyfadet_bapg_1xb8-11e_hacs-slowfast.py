# DyFADet with BAPG on HACS Segments, SlowFast features.
# Written by tools/dev/make_configs.py: change its table instead.
_base_ = [
    './dyfadet_1xb8-11e_hacs-slowfast.py',
    '../_base_/bapg/hacs_slowfast.py'
]
