# MultiTHUMOS: the videos of THUMOS14, 65 classes, densely annotated; with the
# I3D features for THUMOS14.
_base_ = './thumos14_i3d.py'

ann_file = 'data/multithumos/annotations/multithumos.json'
train_dataloader = dict(
    dataset=dict(ann_file=ann_file, subset='training', ground_truth=None))
val_dataloader = dict(
    dataset=dict(ann_file=ann_file, subset='testing', ground_truth=None))
test_dataloader = val_dataloader

val_evaluator = dict(
    iou_thresholds=[0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9])
test_evaluator = val_evaluator
