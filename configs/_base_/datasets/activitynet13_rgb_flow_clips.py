# ActivityNet-1.3's frames and optical flow, 768 a video, stored by
# tools/data/store_frames.py, for two networks at once.
_base_ = './activitynet13_rgb_clips.py'

folder = [_base_.data_root + f'frames/{kind}' for kind in ('rgb', 'flow')]
train_dataloader = dict(dataset=dict(data_prefix=dict(feature=folder)))
val_dataloader = dict(dataset=dict(data_prefix=dict(feature=folder)))
test_dataloader = val_dataloader
