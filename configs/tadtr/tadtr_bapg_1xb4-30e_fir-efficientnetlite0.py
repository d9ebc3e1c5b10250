_base_ = ['./tadtr_1xb4-30e_fir-efficientnetlite0.py', '../_base_/bapg/fir.py']
