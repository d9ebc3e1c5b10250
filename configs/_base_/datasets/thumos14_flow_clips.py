# THUMOS14's optical flow between ten frames a second, stored by
# tools/data/store_frames.py.
_base_ = './thumos14_rgb_clips.py'

stored = dict(feature=_base_.data_root + 'frames/flow')
arrays = dict(channels=2)
read = [dict(_base_.arrays, **arrays), *_base_.read[1:]]
train_dataloader = dict(
    dataset=dict(data_prefix=stored, pipeline=[*read, *_base_.augment]))
val_dataloader = dict(
    dataset=dict(
        data_prefix=stored,
        pipeline=[read[0], read[-1], *_base_.finish]))
test_dataloader = val_dataloader
