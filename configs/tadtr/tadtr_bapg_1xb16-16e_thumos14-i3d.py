_base_ = [
    './tadtr_1xb16-16e_thumos14-i3d.py', '../_base_/bapg/thumos14_pgcn.py'
]
