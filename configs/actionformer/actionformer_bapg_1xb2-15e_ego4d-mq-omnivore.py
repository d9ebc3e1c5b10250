# ActionFormer with BAPG on Ego4D moment queries, Omnivore features.
# Written by tools/dev/make_configs.py: change its table instead.
_base_ = [
    './actionformer_1xb2-15e_ego4d-mq-omnivore.py',
    '../_base_/bapg/ego4d_mq_omnivore.py'
]
