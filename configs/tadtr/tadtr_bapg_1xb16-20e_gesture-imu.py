_base_ = ['./tadtr_1xb16-20e_gesture-imu.py', '../_base_/bapg/gesture.py']
