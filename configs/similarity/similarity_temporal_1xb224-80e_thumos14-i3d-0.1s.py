# Stages 1 and 2 on THUMOS14's I3D features, ten embeddings a second; the
# features come 7.5 times a second.
_base_ = './similarity_temporal_1xb224-80e_thumos14-i3d-1s.py'

interval = 0.1
reaches = (5, 10)  # changes within half a second and within one

model = dict(backbone=dict(reaches=reaches))
dataset = dict(interval=interval, context=max(reaches))
train_dataloader = dict(dataset=dataset)
test_dataloader = dict(dataset=dataset)
test_cfg = dict(out_dir='data/thumos/embeddings_0.1s')
