# DyFADet for HACS with SlowFast features. The authors' own config does not
# build, and its deviation of the initial kernels, label smoothing and first
# normalizer are not known to us: those are TriDet's.
_base_ = './dyfadet.py'

channels = 1024
model = dict(
    max_seq_len=960,
    input_noise=0.2,
    backbone=dict(
        in_channels=2304,
        channels=channels,
        hidden_channels=1024,
        position_encoding=True,
        init_std=0.1,
        window=3,
        k=1.2,
        max_seq_len=960),
    neck=dict(channels=channels),
    head=dict(
        num_classes=200,
        in_channels=channels,
        channels=channels,
        kernel_size=5,
        label_smoothing=0.1,
        initial_normalizer=400,
        post_processor=dict(
            nms=dict(
                sigma=0.75,
                max_per_video=250,
                class_aware=False,
                voting_threshold=0.95))))
