# TemporalMaxer for verbs of EPIC-KITCHENS-100: layer normalization.
_base_ = './temporalmaxer.py'

model = dict(neck=dict(num_groups=None))
