# MMAction2's BMN in windows with BAPG on gestures, arm sensors.
# Written by tools/dev/make_configs.py: change its table instead.
_base_ = ['./bmn_1xb4-10e_gesture-imu.py', '../_base_/bapg/gesture.py']
