_base_ = ['./tridet_1xb2-20e_gesture-imu.py', '../_base_/bapg/gesture.py']
