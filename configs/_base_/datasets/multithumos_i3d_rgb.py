# MultiTHUMOS with the RGB half of the features.
_base_ = './multithumos_i3d.py'

load = [*_base_.load, dict(type='SelectChannels', channels=1024)]
train_dataloader = dict(
    dataset=dict(pipeline=[
        *load,
        dict(type='RandomTruncation', max_length=_base_.max_seq_len),
        dict(type='PackFeatures')
    ]))
val_dataloader = dict(
    dataset=dict(pipeline=[*load, dict(type='PackFeatures')]))
test_dataloader = val_dataloader
