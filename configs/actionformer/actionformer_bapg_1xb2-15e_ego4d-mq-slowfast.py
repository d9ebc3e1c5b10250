_base_ = [
    './actionformer_1xb2-15e_ego4d-mq-slowfast.py',
    '../_base_/bapg/ego4d_mq_slowfast.py'
]
