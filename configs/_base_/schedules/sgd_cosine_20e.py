# A short schedule for few small clips.
_base_ = './sgd_multistep_50e.py'

train_cfg = dict(max_epochs=20)
param_scheduler = dict(
    _delete_=True,
    type='WarmupCosineLR',
    warmup=1,
    convert_to_iter_based=True)
