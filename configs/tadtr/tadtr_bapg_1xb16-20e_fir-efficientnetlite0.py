_base_ = ['./tadtr_1xb16-20e_fir-efficientnetlite0.py', '../_base_/bapg/fir.py']
