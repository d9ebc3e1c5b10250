# TadTR with BAPG on open suturing, hand sensors.
# Written by tools/dev/make_configs.py: change its table instead.
_base_ = ['./tadtr_1xb4-30e_vts-kinematics.py', '../_base_/bapg/vts.py']
