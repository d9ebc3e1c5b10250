# ActivityNet-1.3's frames as AFSD reads them, 768 of each video, stored by
# tools/data/store_frames.py.
_base_ = './activitynet13_clips.py'

stored = dict(_delete_=True, feature=_base_.data_root + 'frames/rgb')
arrays = dict(type='SampleStoredFrames', fps=None, most=768)
read = [arrays, _base_.crop_window, _base_.read]
files = dict(data_prefix=stored, filename_tmpl='{}.npy')
train_dataloader = dict(
    dataset=dict(**files, pipeline=[*read, *_base_.augment]))
val_dataloader = dict(
    dataset=dict(**files, pipeline=[arrays, _base_.read, *_base_.finish]))
test_dataloader = val_dataloader
