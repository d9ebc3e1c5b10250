# For models whose data preprocessor is a FeatureStandardizer.
_base_ = './default_runtime.py'

default_hooks = dict(
    checkpoint=dict(interval=5),
    feature_statistics=dict(type='FeatureStatisticsHook'))
