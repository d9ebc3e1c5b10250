# ActionFormer for three kinds of features of Ego4D moment queries together.
#
# Of the two settings in the history of the authors' repository, the later one;
# the earlier has a pyramid level less and projects to 384, 384 and 256.
_base_ = './actionformer_ego4d_mq.py'

model = dict(
    backbone=dict(
        proj_channels=[256, 384, 384], channels=1024, num_heads=16),
    head=dict(channels=1024))
