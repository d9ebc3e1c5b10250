# ActionFormer with BAPG on Ego4D moment queries, three features together.
# Written by tools/dev/make_configs.py: change its table instead.
_base_ = [
    './actionformer_1xb2-15e_ego4d-mq-combined.py',
    '../_base_/bapg/ego4d_mq_combined.py'
]
