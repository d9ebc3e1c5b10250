# TemporalMaxer for few short videos; layer normalization, which does not
# depend on padding.
_base_ = ['./temporalmaxer.py', './small.py']

model = dict(
    backbone=dict(channels=128, arch=(2, 0, 4)),
    neck=dict(num_groups=None),
    head=_base_.small_head)
