_base_ = [
    './actionformer_1xb2-35e_multithumos-i3d.py',
    '../_base_/bapg/multithumos.py'
]
