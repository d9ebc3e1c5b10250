# TadTR with BAPG on THUMOS14, P-GCN's I3D features.
# Written by tools/dev/make_configs.py: change its table instead.
_base_ = [
    './tadtr_1xb16-16e_thumos14-i3d.py', '../_base_/bapg/thumos14_pgcn.py'
]
