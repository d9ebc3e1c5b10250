# THUMOS14 with I3D features. The annotation file is the one that comes with
# them; it holds segments that end beyond their video.
_base_ = './thumos_i3d.py'

data_root = 'data/thumos/'
num_classes = 20

labels = dict(
    ann_file=data_root + 'annotations/thumos14.json',
    ground_truth='thumos14-actionformer')
# THUMOS14 has no annotated training videos
train_dataloader = dict(dataset=dict(**labels, subset='validation'))
val_dataloader = dict(dataset=dict(**labels, subset='test'))
test_dataloader = val_dataloader
