# AdaTAD with ActionFormer as for THUMOS14: windows of 768 frames, global
# attention.
_base_ = ['./actionformer.py', './adatad_parts.py']

model = dict(
    _delete_=True,
    type='EndToEndLocalizer',
    video_backbone=_base_.adapters,
    window_overlap=0.5,
    show_padding=True,
    localizer=_base_.model)
