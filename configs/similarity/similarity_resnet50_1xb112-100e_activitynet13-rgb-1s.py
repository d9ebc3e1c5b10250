# The paper's recipe on ActivityNet-1.3, one frame a second.
_base_ = [
    '../_base_/default_runtime.py', '../_base_/models/similarity_resnet50.py',
    '../_base_/datasets/untrimmed_frames.py',
    '../_base_/schedules/adam_100e.py'
]

data_root = 'data/activitynet/'
dataset = dict(
    ann_file=data_root + 'annotations/activitynet13.json',
    data_prefix=dict(video=data_root + 'videos'),
    filename_tmpl='v_{}.mp4',
    interval=1.0,
    invalid_segments='keep',
    missing_files='skip')  # the web has lost some
train_dataloader = dict(dataset=dict(**dataset, subset='training'))
test_dataloader = dict(
    dataset=dict(**dataset, subset=['training', 'validation']))
test_cfg = dict(type='EmbedLoop', out_dir=data_root + 'embeddings_1s')
