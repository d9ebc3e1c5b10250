_base_ = [
    './tridet_1xb2-27e_epic-kitchens100-verb-slowfast.py',
    '../_base_/bapg/epic_kitchens100_verb.py'
]
