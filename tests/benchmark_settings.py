"""Numbers of the references' settings, by config or by dataset."""
AF, TD = 'actionformer/actionformer_', 'tridet/tridet_'
TM, DF = 'temporalmaxer/temporalmaxer_', 'dyfadet/dyfadet_'

#: Trainable numbers, measured on the reference implementations.
SIZES = {
    AF + '1xb2-35e_thumos14-i3d': 29251612,
    AF + '1xb16-15e_activitynet13-tsp': 6943497,
    AF + '1xb16-15e_activitynet13-i3d': 8123145,
    AF + '1xb2-21e_epic-kitchens100-noun-slowfast': 30075188,
    AF + '1xb2-21e_epic-kitchens100-verb-slowfast': 29763177,
    AF + '1xb2-15e_ego4d-mq-egovlp': 18675576,
    AF + '1xb2-15e_ego4d-mq-slowfast': 32945271,
    AF + '1xb2-15e_ego4d-mq-omnivore': 34927736,
    AF + '1xb2-15e_ego4d-mq-combined': 134048888,
    TD + '1xb2-40e_thumos14-i3d': 15989604,
    TD + '1xb16-15e_activitynet13-tsp': 12811555,
    TD + '1xb16-13e_hacs-i3d': 53412473,
    TD + '1xb16-11e_hacs-slowfast': 51860092,
    TD + '1xb2-19e_epic-kitchens100-noun-slowfast': 19503532,
    TD + '1xb2-27e_epic-kitchens100-verb-slowfast': 18594123,
    TM + '1xb2-65e_thumos14-i3d': 7117852,
    DF + '1xb2-40e_thumos14-i3d': 28513064,
}

THUMOS_RANGES = [(0, 4), (4, 8), (8, 16), (16, 32), (32, 64), (64, 10000)]
EPIC_RANGES = [(0, 4), (2, 8), (4, 16), (8, 32), (16, 64), (32, 10000)]
EGO4D_RANGES = [(0, 4), (2, 8), (4, 16), (8, 32), (16, 64), (32, 128)]

#: (stride, window, fps, channels) of the features, (least and greatest share
#: of a crop's length, share of an instance to keep, slack), steps.
DATA = {
    'thumos14-i3d': ((4, 16, None, 2048), 0.5),
    'multithumos-i3d': ((4, 16, None, 2048), 0.5),
    'activitynet13-tsp': ((16, 16, 15, 512), 0.5),
    'activitynet13-i3d': ((16, 16, 25, 2048), 0.5),
    'fineaction-videomae2g': ((0, None, None, 1408), 0.5),
    'hacs-i3d': ((1, 1, 2, 2048), 0.5),
    'hacs-slowfast': ((8, 32, 15, 2304), 0.5),
    'epic-kitchens100-noun-slowfast': ((16, 32, 30, 2304), 0.3),
    'epic-kitchens100-verb-slowfast': ((16, 32, 30, 2304), 0.3),
    'ego4d-mq-slowfast': ((16, 32, 30, 2304), 0.3),
    'ego4d-mq-omnivore': ((16, 32, 30, 1536), 0.3),
    'ego4d-mq-egovlp': ((16, 16, 30, 256), 0.3),
    'ego4d-mq-combined': ((16, 32, 30, 4096), 0.3),
}

# Settings that decide results. Training: steps, batch, learning rate, weight
# decay, epochs of warm-up and in all, least learning rate, gradient norm.
# Losses: first normalizer, label smoothing, weight of regression. Detections:
# classes of the head, candidates of each level, least length, sigma, most
# detections, whether classes are apart, voting threshold.
SETTINGS = {
    AF + '1xb2-35e_thumos14-i3d': (
        (2304, 2, 1e-4, 0.05, 5, 35, 1e-8, 1), (100, 0, 1),
        (20, 2000, 0.05, 0.5, 200, True, 0)),
    AF + '1xb2-35e_multithumos-i3d': (
        (2304, 2, 1e-4, 0.05, 5, 35, 1e-8, 1), (100, 0, 1),
        (65, 8000, 0.05, 0.5, 8000, True, 0)),
    AF + '1xb16-15e_activitynet13-tsp': (
        (192, 16, 1e-3, 0.05, 5, 15, 1e-8, 1), (200, 0.1, 2),
        (1, 2000, 0.001, 0.75, 100, False, 0.9)),
    AF + '1xb16-15e_activitynet13-i3d': (
        (192, 16, 1e-3, 0.05, 5, 15, 1e-8, 1), (200, 0.1, 2),
        (1, 2000, 0.001, 0.75, 100, False, 0.9)),
    AF + '1xb2-21e_epic-kitchens100-noun-slowfast': (
        (2304, 2, 1e-4, 0.05, 5, 21, 1e-8, 1), (250, 0.1, 1),
        (300, 5000, 0.05, 0.4, 2000, True, 0)),
    AF + '1xb2-21e_epic-kitchens100-verb-slowfast': (
        (2304, 2, 1e-4, 0.05, 5, 21, 1e-8, 1), (250, 0, 1),
        (97, 5000, 0.05, 0.4, 2000, True, 0)),
    **{AF + f'1xb2-15e_ego4d-mq-{name}': (
        (1024, 2, 1e-4, 0.05, 5, 15, 1e-8, 1), (100, 0, 1),
        (110, 5000, 0.05, 0.9, 2000, True, 0))
       for name in ('slowfast', 'omnivore', 'egovlp', 'combined')},
    TD + '1xb2-40e_thumos14-i3d': (
        (2304, 2, 1e-4, 0.025, 20, 40, 1e-8, 1), (100, 0, 1),
        (20, 2000, 0.05, 0.5, 2000, True, 0)),
    TD + '1xb2-40e_multithumos-i3d': (
        (2304, 2, 1e-4, 0.025, 20, 40, 1e-8, 1), (100, 0, 1),
        (65, 8000, 0.05, 0.5, 8000, True, 0)),
    TD + '1xb16-15e_activitynet13-tsp': (
        (768, 16, 1e-3, 0.04, 10, 15, 5e-5, 0.4), (400, 0.1, 1),
        (1, 2000, 0.1, 0.7, 200, False, 0.95)),
    TD + '1xb16-13e_hacs-i3d': (
        (512, 16, 1e-3, 0.03, 10, 13, 2e-4, 1), (400, 0.1, 1),
        (200, 2000, 0.05, 0.75, 250, True, 0)),
    TD + '1xb16-11e_hacs-slowfast': (
        (960, 16, 1e-3, 0.03, 7, 11, 5e-4, 0.5), (400, 0.1, 1),
        (200, 2000, 0.05, 0.75, 250, True, 0)),
    TD + '1xb2-19e_epic-kitchens100-noun-slowfast': (
        (2304, 2, 1e-4, 0.05, 5, 19, 1e-8, 1), (250, 0.1, 1),
        (300, 5000, 0.05, 0.4, 2000, True, 0)),
    TD + '1xb2-27e_epic-kitchens100-verb-slowfast': (
        (2304, 2, 1e-4, 0.05, 5, 27, 5e-5, 1), (250, 0, 1),
        (97, 5000, 0.05, 0.4, 2000, True, 0)),
    AF + '1xb16-15e_fineaction-videomae2g': (
        (192, 16, 1e-3, 0.05, 5, 15, 1e-8, 1), (200, 0.1, 2),
        (1, 2000, 0.001, 0.75, 100, False, 0.9)),
    TM + '1xb2-65e_thumos14-i3d': (
        (2304, 2, 1e-4, 0.05, 5, 65, 1e-8, 1), (100, 0, 1),
        (20, 2000, 0.05, 0.5, 200, True, 0)),
    TM + '1xb2-65e_multithumos-i3d': (
        (2304, 2, 1e-4, 0.05, 5, 65, 1e-8, 1), (100, 0, 1),
        (65, 3000, 0.05, 0.5, 300, True, 0)),
    **{TM + f'1xb2-37e_epic-kitchens100-{task}-slowfast': (
        (2304, 2, 1e-4, 0.05, 5, 37, 1e-8, 1), (250, 0, 1),
        (classes, 5000, 0.05, 0.4, 2000, True, 0))
       for task, classes in (('noun', 300), ('verb', 97))},
    DF + '1xb2-40e_thumos14-i3d': (
        (2304, 2, 1e-4, 0.025, 20, 40, 1e-8, 1), (100, 0, 1),
        (20, 2000, 0.05, 0.5, 2000, True, 0)),
    DF + '1xb2-40e_multithumos-i3d': (
        (2304, 2, 1e-4, 0.025, 20, 40, 1e-8, 1), (100, 0, 1),
        (65, 8000, 0.05, 0.5, 8000, True, 0)),
    DF + '1xb8-15e_activitynet13-tsp': (
        (768, 8, 5e-4, 0.05, 5, 15, 5e-5, 0.4), (400, 0.1, 1),
        (1, 2000, 0.1, 0.7, 200, False, 0.95)),
    DF + '1xb8-11e_hacs-slowfast': (
        (960, 8, 5e-4, 0.025, 7, 11, 5e-4, 0.5), (400, 0.1, 1),
        (200, 2000, 0.1, 0.75, 250, False, 0.95)),
    DF + '1xb2-25e_epic-kitchens100-noun-slowfast': (
        (2304, 2, 2e-4, 0.05, 5, 25, 5e-5, 1), (250, 0.1, 1),
        (300, 5000, 0.05, 0.4, 2000, True, 0)),
    DF + '1xb2-25e_epic-kitchens100-verb-slowfast': (
        (2304, 2, 1e-4, 0.05, 10, 25, 5e-5, 1), (250, 0, 1),
        (97, 5000, 0.05, 0.4, 2000, True, 0)),
}

#: Window, k, hidden channels, bins, kernels of the head and of the boundary
#: branches, power of the IoU weight, input noise, deviation of the kernels.
TRIDENT = {
    'thumos14-i3d': (1, 5, 768, 16, 3, 3, 0.2, 0.0005, 0),
    'multithumos-i3d': (1, 5, 768, 16, 3, 3, 0.2, 0.0005, 0),
    'activitynet13-tsp': (15, 1.3, 2048, 12, 3, 3, 1, 0.5, 0.2),
    'hacs-i3d': (15, 1.2, 1024, 12, 5, 1, 1, 0, 0.1),
    'hacs-slowfast': (3, 1.2, 1024, 14, 5, 1, 1, 0.2, 0.1),
    'epic-kitchens100-noun-slowfast': (1, 4, 1024, 16, 3, 3, 0.25, 0, 0),
    'epic-kitchens100-verb-slowfast': (5, 2, 1024, 16, 3, 3, 0.25, 0, 0),
}

#: Window, k, hidden channels, tau, kernels and width of the head, input noise,
#: deviation of the kernels.
DYNAMIC = {
    'thumos14-i3d': (1, 5, 768, 1.5, 3, 512, 1e-5, 0),
    'multithumos-i3d': (1, 5, 768, 1.5, 3, 512, 1e-5, 0),
    'activitynet13-tsp': (15, 1.2, 2048, 1.5, 3, 512, 0.7, 0.15),
    'hacs-slowfast': (3, 1.2, 1024, 1.5, 5, 1024, 0.2, 0.1),
    'epic-kitchens100-noun-slowfast': (1, 4, 1024, 2, 3, 512, 1e-6, 0),
    'epic-kitchens100-verb-slowfast': (5, 2, 1024, 1.5, 3, 512, 1e-5, 0),
}

#: Embedding convolutions and groups of the shared normalization, which without
#: groups is one of layers; channels of the features.
POOLING = {
    'thumos14-i3d': (2, 4, 2048),
    'multithumos-i3d': (3, None, 1024),
    'epic-kitchens100-noun-slowfast': (2, 4, 2304),
    'epic-kitchens100-verb-slowfast': (2, None, 2304),
}
