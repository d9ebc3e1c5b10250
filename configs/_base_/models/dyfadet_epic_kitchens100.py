# DyFADet for EPIC-KITCHENS-100. Known of the authors' setting are windows,
# widths, tau and training; the rest is TriDet's.
_base_ = './dyfadet.py'

model = dict(
    input_noise=0.0,
    backbone=dict(hidden_channels=1024),
    head=dict(
        post_processor=dict(
            pre_nms_topk=5000, nms=dict(sigma=0.4, max_per_video=2000)),
        point_generator=dict(
            regression_ranges=[(0, 4), (2, 8), (4, 16), (8, 32), (16, 64),
                               (32, 10000)]),
        initial_normalizer=250))
