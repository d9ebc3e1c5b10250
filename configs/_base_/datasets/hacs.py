# HACS Segments as TriDet reads it: 200 classes; a config of features adds how
# they are loaded.
_base_ = './benchmark_loaders.py'

data_root = 'data/hacs/'
num_classes = 200

dataset = dict(
    ann_file=data_root + 'annotations/hacs_segments_v1.1.1.json',
    invalid_segments='keep',
    # The reference reads annotation files from which videos without features
    # are removed.
    missing_features='skip')
clip = [
    dict(type='DropRepeatedInstances'),
    dict(type='ClipInstances', keep_ratio=0, slack=False)
]
val_evaluator = dict(
    convention='tridet',
    iou_thresholds=[0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95])
test_evaluator = val_evaluator

auto_scale_lr = dict(base_batch_size=16)
train_dataloader = dict(
    batch_size=16, dataset=dict(**dataset, subset='training'))
val_dataloader = dict(dataset=dict(**dataset, subset='validation'))
test_dataloader = val_dataloader
