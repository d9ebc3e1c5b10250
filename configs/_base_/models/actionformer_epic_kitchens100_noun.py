# ActionFormer for nouns of EPIC-KITCHENS-100.
_base_ = './actionformer_epic_kitchens100.py'

model = dict(head=dict(label_smoothing=0.1))
