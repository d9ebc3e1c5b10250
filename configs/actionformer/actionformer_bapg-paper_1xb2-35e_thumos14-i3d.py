_base_ = [
    './actionformer_1xb2-35e_thumos14-i3d.py',
    '../_base_/bapg/thumos14_paper.py'
]
