# ActivityNet-1.3 whose features are resized to 192 steps; a config of features
# adds how they are loaded.
_base_ = ['./activitynet13.py', './resized.py']

prepare_test = [_base_.resize, *_base_.classify]
