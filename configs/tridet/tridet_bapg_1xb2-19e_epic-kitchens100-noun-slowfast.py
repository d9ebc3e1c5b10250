_base_ = [
    './tridet_1xb2-19e_epic-kitchens100-noun-slowfast.py',
    '../_base_/bapg/epic_kitchens100_noun.py'
]
