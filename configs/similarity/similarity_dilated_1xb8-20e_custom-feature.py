# A template: stages 1 and 2 on features of your own, which custom.py tells.
_base_ = ['../_base_/similarity_dilated.py', '../_base_/datasets/custom.py']

# CHANGE: seconds between embeddings; best about a step of the features
interval = 0.25

model = dict(
    backbone=dict(
        in_channels=_base_.feature_channels,
        # each class, and the background, has a channel of its own
        out_channels=max(32, _base_.num_classes + 12)),
    class_head=dict(num_classes=_base_.num_classes))
dataset = dict(
    ann_file=_base_.ann_file,
    data_prefix=dict(feature=_base_.feature_folder),
    filename_tmpl=_base_.filename_tmpl,
    interval=interval,
    pipeline=[
        dict(
            type='SampleFeatures',
            **_base_.feature_grid,
            channels=_base_.feature_channels),
        dict(type='PackFrames')
    ])
train_dataloader = dict(dataset=dict(**dataset, subset=_base_.train_subset))
test_dataloader = dict(dataset=dataset)
test_cfg = dict(out_dir=_base_.data_root + 'embeddings')
