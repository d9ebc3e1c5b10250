# A template: ActionFormer with BAPG on features of your own.
_base_ = [
    './actionformer_1xb2-35e_custom-feature.py', '../_base_/bapg/bapg.py'
]

bapg = dict(
    clustering=dict(embeddings=_base_.data_root + 'embeddings'))
