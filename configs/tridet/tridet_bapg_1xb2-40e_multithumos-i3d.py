_base_ = [
    './tridet_1xb2-40e_multithumos-i3d.py', '../_base_/bapg/multithumos.py'
]
