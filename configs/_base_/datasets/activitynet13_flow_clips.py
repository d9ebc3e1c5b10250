# ActivityNet-1.3's optical flow, 768 times a video, stored by
# tools/data/store_frames.py.
_base_ = './activitynet13_rgb_clips.py'

folder = _base_.data_root + 'frames/flow'
train_dataloader = dict(dataset=dict(data_prefix=dict(feature=folder)))
val_dataloader = dict(dataset=dict(data_prefix=dict(feature=folder)))
test_dataloader = val_dataloader
