# THUMOS14's optical flow between ten frames a second, stored by
# tools/data/store_frames.py.
_base_ = './thumos14_rgb_clips.py'

folder = _base_.data_root + 'frames/flow'
train_dataloader = dict(dataset=dict(data_prefix=dict(feature=folder)))
val_dataloader = dict(dataset=dict(data_prefix=dict(feature=folder)))
test_dataloader = val_dataloader
