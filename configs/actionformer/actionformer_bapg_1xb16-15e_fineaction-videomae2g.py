# ActionFormer with BAPG on FineAction, VideoMAE V2-g features.
# Written by tools/dev/make_configs.py: change its table instead.
_base_ = [
    './actionformer_1xb16-15e_fineaction-videomae2g.py',
    '../_base_/bapg/fineaction.py'
]
