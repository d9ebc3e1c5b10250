_base_ = ['./tadtr_1xb4-30e_gesture-imu.py', '../_base_/bapg/gesture.py']
