# A template for your own features: copy this file and change what is marked.
# The models ask it for the three numbers, which are written here alone.
_base_ = './feature_loaders.py'

data_root = 'data/mine/'  # CHANGE
max_seq_len = 2304  # CHANGE: longest crop in training, a multiple of 2**levels
feature_channels = 2048  # CHANGE: width of the features
num_classes = 20  # CHANGE

dataset = dict(
    ann_file=data_root + 'annotations.json',
    data_prefix=dict(feature=data_root + 'features'),
    filename_tmpl='{}.npy')  # CHANGE for .npz or .pt
# CHANGE: video frames from one step to the next, and video frames that a step
# describes. Files that tools/extract_features.py wrote need neither.
load = dict(
    type='LoadFeatures', stride=4, window=16, channels=feature_channels)
workers = dict(num_workers=2, persistent_workers=True)
train_dataloader = dict(
    **workers,
    # few videos come several times an epoch
    sampler=dict(type='SmallSetSampler'),
    dataset=dict(
        **dataset,
        subset='training',  # CHANGE to your own names of subsets
        pipeline=[
            load,
            dict(type='RandomTruncation', max_length=max_seq_len), _base_.pack
        ]))
val_dataloader = dict(
    **workers,
    dataset=dict(
        **dataset,
        subset='validation',  # CHANGE
        pipeline=[load, _base_.pack]))
test_dataloader = val_dataloader
