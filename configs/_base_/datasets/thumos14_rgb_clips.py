# THUMOS14's frames as AFSD reads them, ten a second, stored by
# tools/data/store_frames.py.
_base_ = './thumos14_clips.py'

stored = dict(_delete_=True, feature=_base_.data_root + 'frames/rgb')
arrays = dict(type='SampleStoredFrames', fps=10)
read = [arrays, _base_.crop_window, _base_.read]
train_dataloader = dict(
    dataset=dict(data_prefix=stored, pipeline=[*read, *_base_.augment]))
val_dataloader = dict(
    dataset=dict(
        data_prefix=stored, pipeline=[arrays, _base_.read, *_base_.finish]))
test_dataloader = val_dataloader
