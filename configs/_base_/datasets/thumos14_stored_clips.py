# THUMOS14's frames as AFSD reads them, stored by tools/data/store_frames.py:
# ten a second.
_base_ = './thumos14_clips.py'

stored = dict(_delete_=True, feature=_base_.data_root + 'frames/rgb')
sample = dict(type='SampleStoredFrames', fps=10, channels=3)
train_dataloader = dict(
    dataset=dict(
        data_prefix=stored,
        pipeline=[
            sample, _base_.crop_window, _base_.read, _base_.random_crop,
            _base_.flip, _base_.splice, _base_.pack_spliced
        ]))
val_dataloader = dict(
    dataset=dict(
        data_prefix=stored,
        pipeline=[sample, _base_.read, _base_.centre, _base_.pack]))
test_dataloader = val_dataloader
