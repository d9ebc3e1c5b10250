_base_ = [
    './tridet_1xb2-40e_thumos14-i3d.py',
    '../_base_/bapg/thumos14_paper.py'
]
