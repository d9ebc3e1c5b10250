# AdaTAD with VideoMAE's ViT-L and BAPG on THUMOS14.
_base_ = [
    './adatad_1xb2-60e_thumos14-videomae-l.py', '../_base_/bapg/thumos14.py'
]
