# MMAction2's BMN in windows with BAPG on open suturing, hand sensors.
# Written by tools/dev/make_configs.py: change its table instead.
_base_ = ['./bmn_1xb4-20e_vts-kinematics.py', '../_base_/bapg/vts.py']
