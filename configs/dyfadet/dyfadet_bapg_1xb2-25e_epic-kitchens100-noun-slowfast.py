# DyFADet with BAPG on EPIC-KITCHENS-100 nouns, SlowFast features.
# Written by tools/dev/make_configs.py: change its table instead.
_base_ = [
    './dyfadet_1xb2-25e_epic-kitchens100-noun-slowfast.py',
    '../_base_/bapg/epic_kitchens100_noun.py'
]
