_base_ = [
    './actionformer_1xb2-21e_epic-kitchens100-noun-slowfast.py',
    '../_base_/bapg/epic_kitchens100_noun.py'
]
