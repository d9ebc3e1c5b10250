# TemporalMaxer for verbs of EPIC-KITCHENS-100: layer normalization.
_base_ = './temporalmaxer_epic_kitchens100.py'

model = dict(neck=dict(num_groups=None))
