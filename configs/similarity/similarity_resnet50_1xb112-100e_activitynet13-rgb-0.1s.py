# The paper's recipe on ActivityNet-1.3, ten frames a second.
_base_ = './similarity_resnet50_1xb112-100e_activitynet13-rgb-1s.py'

interval = 0.1
train_dataloader = dict(dataset=dict(interval=interval))
test_dataloader = dict(dataset=dict(interval=interval))
test_cfg = dict(out_dir='data/activitynet/embeddings_0.1s')
