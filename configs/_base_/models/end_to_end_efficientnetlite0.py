# ActionFormer for few short videos behind EfficientNet-Lite0, which sees
# single frames; in testing it sees the features of whole videos.
_base_ = './actionformer_small.py'

video_network = dict(
    type='WindowEncoder',
    clip_len=1,
    clips_per_pass=64,
    recognizer=dict(
        type='Recognizer2D',
        backbone=dict(type='EfficientNetLite'),
        data_preprocessor=dict(
            type='ActionDataPreprocessor',
            mean=[127, 127, 127],
            std=[128, 128, 128],
            format_shape='NCHW')))
model = dict(
    _delete_=True,
    type='EndToEndLocalizer',
    video_backbone=video_network,
    window_overlap=None,
    localizer=dict(
        _base_.model,
        data_preprocessor=dict(type='FeatureStandardizer', channels=1280)))
