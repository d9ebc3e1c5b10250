# ActionFormer for EgoVLP features of Ego4D moment queries.
_base_ = './actionformer_ego4d_mq.py'

model = dict(backbone=dict(channels=384), head=dict(channels=384))
