# TadTR for few short videos.
_base_ = './tadtr.py'

transformer = dict(num_layers=2, feedforward_channels=512, dropout=0.3)
model = dict(
    channels=128,
    encoder=transformer,
    decoder=dict(**transformer, num_queries=20))
