# DyFADet for HACS with SlowFast features. Its authors' code does not accept
# this setting as published: it names a backbone that the code does not have.
_base_ = './dyfadet.py'

model = dict(
    input_noise=0.2,
    backbone=dict(
        channels=1024,
        hidden_channels=1024,
        position_encoding=True,
        init_std=0.1,
        window=3,
        k=1.2),
    head=dict(
        channels=1024,
        kernel_size=5,
        label_smoothing=0.1,
        initial_normalizer=400,
        post_processor=dict(
            min_length=0.1,
            nms=dict(
                sigma=0.75,
                max_per_video=250,
                class_aware=False,
                voting_threshold=0.95))))
