# Loaders of datasets whose localizers find actions of any class: their classes
# come from an external classifier of whole videos, whose scores only tests
# need.
_base_ = './activitynet_loaders.py'

num_classes = 1
pack_scores = dict(
    type='PackFeatures',
    meta_keys=('video_name', 'duration', 'grid', 'video_scores'))
