# What models of anchor-free localizers for few short videos share.
small_backbone = dict(channels=128, arch=(2, 2, 4))
small_head = dict(
    channels=128,
    point_generator=dict(
        regression_ranges=[(0, 4), (4, 8), (8, 16), (16, 32), (32, 10000)]))
