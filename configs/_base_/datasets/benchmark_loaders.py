# Loaders of features that are long to read: feature_loaders.py with workers.
_base_ = './feature_loaders.py'

workers = dict(num_workers=4, persistent_workers=True)
train_dataloader = workers
val_dataloader = workers
test_dataloader = workers
