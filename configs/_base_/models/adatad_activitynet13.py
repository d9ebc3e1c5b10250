# AdaTAD with ActionFormer as for ActivityNet-1.3: 768 frames of a whole video.
# Attention is global, as OpenTAD has it here.
_base_ = ['./actionformer_activitynet13.py', './adatad_parts.py']

model = dict(
    _delete_=True,
    type='EndToEndLocalizer',
    video_backbone=dict(**_base_.adapters, frames_per_step=4),
    show_padding=True,
    localizer=dict(
        _base_.model, backbone=dict(_base_.model.backbone, window=None)))
