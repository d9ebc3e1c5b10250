# The paper's recipe on THUMOS14, ten frames a second.
_base_ = './similarity_resnet50_1xb112-100e_thumos14-rgb-1s.py'

interval = 0.1
train_dataloader = dict(dataset=dict(interval=interval))
test_dataloader = dict(dataset=dict(interval=interval))
test_cfg = dict(out_dir='data/thumos/embeddings_0.1s')
