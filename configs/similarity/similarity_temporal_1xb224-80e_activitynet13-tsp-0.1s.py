# Stages 1 and 2 on ActivityNet-1.3, TSP features, ten embeddings a second; the
# features come about once a second.
_base_ = './similarity_temporal_1xb224-80e_activitynet13-tsp.py'

interval = 0.1
reaches = (10, 20)  # changes within one second and within two

model = dict(backbone=dict(reaches=reaches))
dataset = dict(interval=interval, context=max(reaches))
train_dataloader = dict(dataset=dataset)
test_dataloader = dict(dataset=dataset)
test_cfg = dict(out_dir='data/activitynet/embeddings_0.1s')
