# Stage 1 on gestures of one person; a minute on a CPU.
_base_ = './similarity_temporal_1xb224-80e_fir-feature-0.25s.py'

data_root = 'data/gesture/'

model = dict(backbone=dict(in_channels=30))
dataset = dict(
    ann_file=data_root + 'annotations.json',
    data_prefix=dict(feature=data_root + 'features'),
    filename_tmpl='{}.npy',
    pipeline=[
        dict(type='SampleFeatures', stride=8, window=8, channels=30),
        dict(type='PackFrames')
    ])
train_dataloader = dict(
    dataset=dict(**dataset, where=dict(_delete_=True, subject=[1])))
test_dataloader = dict(dataset=dataset)

train_cfg = dict(max_epochs=40)
test_cfg = dict(out_dir=data_root + 'embeddings')
param_scheduler = [
    dict(
        type='CosineAnnealingLR', begin=0, end=40, convert_to_iter_based=True)
]
