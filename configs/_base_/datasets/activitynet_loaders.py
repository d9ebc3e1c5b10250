# Loaders and evaluation of datasets that are made like ActivityNet: batches of
# 16, and mAP averaged over thresholds from 0.5 to 0.95.
_base_ = './benchmark_loaders.py'

auto_scale_lr = dict(base_batch_size=16)
train_dataloader = dict(batch_size=16)
val_evaluator = dict(
    iou_thresholds=[0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95])
test_evaluator = val_evaluator
