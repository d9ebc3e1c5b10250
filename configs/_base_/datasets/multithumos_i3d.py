# MultiTHUMOS: the videos of THUMOS14, 65 classes, densely annotated; with I3D
# features.
_base_ = './thumos_i3d.py'

data_root = 'data/multithumos/'
num_classes = 65

labels = dict(
    ann_file=data_root + 'annotations/multithumos.json',
    # That of video_test_0001292, which the annotation files for THUMOS14
    # leave out: what most of the others have.
    fps=30)
train_dataloader = dict(dataset=dict(**labels, subset='training'))
val_dataloader = dict(dataset=dict(**labels, subset='testing'))
test_dataloader = val_dataloader

val_evaluator = dict(
    iou_thresholds=[0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9])
test_evaluator = val_evaluator
