# AdaTAD with VideoMAE's ViT-S and BAPG on ActivityNet-1.3.
_base_ = [
    './adatad_1xb16-15e_activitynet13-videomae-s.py',
    '../_base_/bapg/activitynet13.py'
]
