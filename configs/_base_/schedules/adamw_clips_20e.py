# A short schedule for few small clips of frames, from random weights: SGD as
# for Kinetics learns nothing from them in 5 epochs.
_base_ = './adamw_clips_40e.py'

train_cfg = dict(max_epochs=20, val_interval=5)
optim_wrapper = dict(optimizer=dict(lr=5e-4))
param_scheduler = dict(warmup=1)
