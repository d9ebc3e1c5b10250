# Loaders of datasets whose localizers find actions of any class: their classes
# come from an external classifier of whole videos, whose scores only tests
# need.
_base_ = './benchmark_loaders.py'

num_classes = 1
pack_scores = dict(
    type='PackFeatures',
    meta_keys=('video_name', 'duration', 'grid', 'video_scores'))
auto_scale_lr = dict(base_batch_size=16)
train_dataloader = dict(batch_size=16)
val_evaluator = dict(
    iou_thresholds=[0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95])
test_evaluator = val_evaluator
