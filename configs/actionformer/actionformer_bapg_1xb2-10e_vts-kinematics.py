# ActionFormer with BAPG on open suturing, hand sensors.
# Written by tools/dev/make_configs.py: change its table instead.
_base_ = [
    './actionformer_1xb2-10e_vts-kinematics.py', '../_base_/bapg/vts.py'
]
