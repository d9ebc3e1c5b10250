# HACS Segments as TriDet reads it: 200 classes; a config of features adds how
# they are loaded.
_base_ = './activitynet_loaders.py'

data_root = 'data/hacs/'
num_classes = 200

clip = [
    dict(type='DropRepeatedInstances'),
    dict(type='ClipInstances', keep_ratio=0, slack=False)
]
dataset = dict(
    ann_file=data_root + 'annotations/hacs_segments_v1.1.1.json',
    invalid_segments='keep',
    # The reference reads annotation files from which videos without features
    # are removed.
    missing_features='skip')
train_dataloader = dict(dataset=dict(**dataset, subset='training'))
val_dataloader = dict(dataset=dict(**dataset, subset='validation'))
test_dataloader = val_dataloader

val_evaluator = dict(convention='tridet')
test_evaluator = val_evaluator
