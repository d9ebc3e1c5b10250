_base_ = [
    './tridet_1xb16-13e_hacs-i3d.py', '../_base_/bapg/hacs_i3d.py'
]
