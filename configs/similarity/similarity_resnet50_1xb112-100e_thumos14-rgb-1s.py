# The paper's recipe on THUMOS14, one frame a second.
_base_ = [
    '../_base_/default_runtime.py', '../_base_/models/similarity_resnet50.py',
    '../_base_/datasets/untrimmed_frames.py',
    '../_base_/schedules/adam_100e.py'
]

data_root = 'data/thumos/'
interval = 1.0
dataset = dict(
    ann_file=data_root + 'annotations/thumos14.json',
    data_prefix=dict(video=data_root + 'videos'),
    interval=interval,
    invalid_segments='keep')
train_dataloader = dict(dataset=dict(**dataset, subset='validation'))
test_dataloader = dict(dataset=dataset)
test_cfg = dict(type='EmbedLoop', out_dir=data_root + 'embeddings_1s')
