_base_ = [
    './tridet_1xb2-20e_fir-efficientnetlite0.py', '../_base_/bapg/fir.py'
]
