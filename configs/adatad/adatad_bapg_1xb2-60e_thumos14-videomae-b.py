# AdaTAD with VideoMAE's ViT-B and BAPG on THUMOS14.
_base_ = [
    './adatad_1xb2-60e_thumos14-videomae-b.py', '../_base_/bapg/thumos14.py'
]
