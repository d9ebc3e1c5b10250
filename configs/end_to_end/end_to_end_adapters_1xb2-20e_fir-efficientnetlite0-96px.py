# ActionFormer on FIR's frames; adapters behind the last blocks of
# EfficientNet-Lite0 are trained with it, and let it see along time.
_base_ = './end_to_end_frozen_1xb2-20e_fir-efficientnetlite0-96px.py'

model = dict(
    video_backbone=dict(
        clip_len=None,  # a window is a clip
        clips_per_pass=1,
        trained='adapters',
        recognizer=dict(
            type='Recognizer3D',
            backbone=dict(
                type='AdapterEfficientNetLite',
                adapter_index=[10, 11, 12, 13, 14, 15]),
            data_preprocessor=dict(format_shape='NCTHW'))))
