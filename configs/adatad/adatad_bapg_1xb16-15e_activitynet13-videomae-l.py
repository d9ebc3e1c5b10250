# AdaTAD with VideoMAE's ViT-L and BAPG on ActivityNet-1.3.
_base_ = [
    './adatad_1xb16-15e_activitynet13-videomae-l.py',
    '../_base_/bapg/activitynet13.py'
]
