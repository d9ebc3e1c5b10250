# The schedule of localizers with a video network: that of the host, and all
# parameters of adapters in one group, at the same learning rate and with
# decay.
_base_ = './adamw_warmup_cosine.py'

optim_wrapper = dict(
    paramwise_cfg=dict(custom_keys={'.adapter': dict(lr_mult=1.0)}))
