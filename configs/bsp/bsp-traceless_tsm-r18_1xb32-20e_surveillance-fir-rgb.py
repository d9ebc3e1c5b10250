# BSP for a CPU, from clips without traces of how they were made: slower parts
# show frames of their own, both kinds of cuts fade alike, over 0, 2 or 4
# frames, and two clips that are joined have the same colours.
_base_ = './bsp_tsm-r18_1xb32-20e_surveillance-fir-rgb.py'

fir = dict(_base_.fir, interval=0.04)
synthesize = dict(_base_.synthesize, match_colours=True)
# every other frame of the clips' 30 and of FIR's 25 a second
dataset = dict(
    interval=[1 / 30, None],
    synthesis=dict(
        spacing=2,
        speeds=(0.5, 1.5, 2.0),
        transition=(0, 1, 2),
        fading=('diff_class', 'same_class')))
train_dataloader = dict(
    sampler=dict(min_samples=1024),
    dataset=dict(
        **dataset,
        source=[_base_.clips, fir],
        pipeline=[synthesize, *_base_.train_pipeline[1:]]))
val_dataloader = dict(
    dataset=dict(
        **dataset,
        source=[
            dict(_base_.clips, ann_file=_base_.clips_root + 'test.txt'),
            dict(fir, where=dict(fold=2))
        ],
        pipeline=[synthesize, *_base_.val_pipeline[1:]]))
test_dataloader = val_dataloader
