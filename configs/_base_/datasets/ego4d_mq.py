# Ego4D moment queries, cut into clips: 110 classes; a config of features adds
# how they are loaded.
_base_ = './benchmark_loaders.py'

data_root = 'data/ego4d/'
max_seq_len = 1024
num_classes = 110

dataset = dict(
    ann_file=data_root + 'annotations/ego4d_mq.json',
    invalid_segments='keep',
    missing_features='skip')
load = dict(type='LoadFeatures', stride=16, window=32, fps=30)
prepare = [
    dict(type='RandomTruncation', max_length=max_seq_len, keep_ratio=0.3),
    _base_.pack
]
train_dataloader = dict(dataset=dict(**dataset, subset='training'))
val_dataloader = dict(dataset=dict(**dataset, subset='validation'))
test_dataloader = val_dataloader

val_evaluator = dict(
    iou_thresholds=[0.1, 0.2, 0.3, 0.4, 0.5], recall_topk=[1, 5])
test_evaluator = val_evaluator
