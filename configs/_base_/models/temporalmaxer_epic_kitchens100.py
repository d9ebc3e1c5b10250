# TemporalMaxer for EPIC-KITCHENS-100, as for nouns.
_base_ = './temporalmaxer.py'

model = dict(
    head=dict(
        initial_normalizer=250,
        point_generator=dict(
            regression_ranges=[(0, 4), (2, 8), (4, 16), (8, 32), (16, 64),
                               (32, 10000)]),
        post_processor=dict(
            pre_nms_topk=5000, nms=dict(sigma=0.4, max_per_video=2000))))
