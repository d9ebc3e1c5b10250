# MultiTHUMOS: the videos of THUMOS14, 65 classes, densely annotated; with the
# I3D features for THUMOS14.
_base_ = './thumos14_i3d.py'

ann_file = 'data/multithumos/annotations/multithumos.json'
# fps is that of video_test_0001292, which the annotation files for THUMOS14
# leave out: what most of the others have.
changes = dict(ann_file=ann_file, fps=30, ground_truth=None)
train_dataloader = dict(dataset=dict(**changes, subset='training'))
val_dataloader = dict(dataset=dict(**changes, subset='testing'))
test_dataloader = val_dataloader

val_evaluator = dict(
    iou_thresholds=[0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9])
test_evaluator = val_evaluator
