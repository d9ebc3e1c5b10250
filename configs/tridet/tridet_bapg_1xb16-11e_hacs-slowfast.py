_base_ = [
    './tridet_1xb16-11e_hacs-slowfast.py', '../_base_/bapg/hacs_slowfast.py'
]
