# AFSD on eight clips of FIR, each of another video, in training and in
# testing: does it learn them by heart?
_base_ = './afsd_1xb2-20e_fir-rgb.py'

eight = dict(
    type='SlidingWindowDataset',
    **_base_.frames,
    **_base_.clips,
    where=dict(fold=[0, 1]),
    indices=[0, 8, 21, 25, 28, 35, 38, 52])
shown = [
    _base_.sample, _base_.crop_window, _base_.read,
    dict(type='CenterCrop', crop_size=64)
]
splice = dict(type='SpliceBackground', clip_length=256)
train_dataloader = dict(
    dataset=dict(
        _delete_=True, **eight, pipeline=[*shown, splice,
                                          _base_.pack_spliced]))
val_dataloader = dict(
    dataset=dict(_delete_=True, **eight, pipeline=[*shown, _base_.pack]))
test_dataloader = val_dataloader
train_cfg = dict(max_epochs=150, val_interval=150)
