# BSP on features of FIR's frames without traces of how clips were made: two
# features a second at the speed of a clip, so that one twice as slow shows
# features of its own, and both kinds of cuts fade alike.
_base_ = './bsp_temporal_1xb64-40e_fir-efficientnetlite0.py'

synthesis = dict(
    half_length=3,
    spacing=2,
    transition=(0, 1, 2),
    fading=('diff_class', 'same_class'))
train_dataloader = dict(dataset=dict(synthesis=synthesis))
val_dataloader = dict(dataset=dict(synthesis=synthesis))
test_dataloader = val_dataloader
