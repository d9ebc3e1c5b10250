# ActivityNet-1.3's optical flow, 768 times a video, stored by
# tools/data/store_frames.py.
_base_ = './activitynet13_rgb_clips.py'

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
