# Table of settings: the datasets. hosts.py, beside this file, tells which host
# is trained on them. tools/dev/make_configs.py writes from these lines, and a
# test compares:
#   configs/_base_/bapg/<dataset>.py
#   configs/similarity/similarity_dilated_1xb8-20e_<name>.py
#
# DATASETS, one line each; a config in _base_/datasets says the rest.
#   title       in the heads of configs
#   embeddings  folder of the frame embeddings
#   name        in the names of configs; by default the key, `_` as `-`
#   data        config in _base_/datasets; by default the name, `-` as `_`
#   interval    seconds between embeddings: about a step of the hosts
#   encoder     in the name of the encoder's config, which is made from the
#               data's config; by default the name
#   classes     of the annotations, where the data's config tells localizers
#               another number
#   paper       config in _base_/bapg of the paper's BAPG
#   small       few short videos: models are <host>_small, features are
#               standardized, and schedules are for few iterations
#   on_request  only for hosts that name it
#   train       numbers of training that hosts have here if they say no others
datasets = dict(
    thumos14=dict(
        title='THUMOS14, I3D features',
        name='thumos14-i3d',
        embeddings='data/thumos/embeddings',
        interval=0.13,
        paper='thumos14_paper'),
    thumos14_pgcn=dict(
        title="THUMOS14, P-GCN's I3D features",
        name='thumos14-i3d',
        data='thumos14_i3d_tadtr',
        embeddings='data/thumos/embeddings_i3d_pgcn',
        interval=0.26,
        encoder='thumos14-i3d-pgcn',
        paper='thumos14_paper',
        on_request=True),
    thumos14_tsn=dict(
        title='THUMOS14, TSN features', interval=0.17, classes=20,
        embeddings='data/thumos/embeddings_tsn', on_request=True),
    multithumos=dict(
        title='MultiTHUMOS, I3D features',
        name='multithumos-i3d',
        embeddings='data/multithumos/embeddings',
        interval=0.13),
    activitynet13=dict(
        title='ActivityNet-1.3, TSP features',
        name='activitynet13-tsp',
        embeddings='data/activitynet/embeddings',
        classes=200,
        paper='activitynet13_paper',
        train=dict(epochs=15, lr=1e-3)),
    activitynet13_i3d=dict(
        title='ActivityNet-1.3, I3D features',
        embeddings='data/activitynet/embeddings_i3d',
        interval=0.64,
        classes=200,
        train=dict(epochs=15, lr=1e-3)),
    activitynet13_cuhk=dict(
        title="ActivityNet-1.3, CUHK's TSN features",
        embeddings='data/activitynet/embeddings_cuhk', classes=200,
        on_request=True),
    fineaction=dict(
        title='FineAction, VideoMAE V2-g features',
        name='fineaction-videomae2g',
        embeddings='data/fineaction/embeddings',
        interval=0.5,
        classes=106,
        train=dict(epochs=15, lr=1e-3)),
    hacs_i3d=dict(
        title='HACS Segments, I3D features',
        embeddings='data/hacs/embeddings_i3d',
        interval=0.5,
        train=dict(epochs=13, lr=1e-3, weight_decay=0.03, warmup=10,
                   eta_min=2e-4)),
    hacs_slowfast=dict(
        title='HACS Segments, SlowFast features',
        embeddings='data/hacs/embeddings_slowfast',
        interval=0.53,
        train=dict(epochs=11, lr=1e-3, weight_decay=0.03, clip=0.5, warmup=7,
                   eta_min=5e-4)),
    epic_kitchens100_noun=dict(
        title='EPIC-KITCHENS-100 nouns, SlowFast features',
        name='epic-kitchens100-noun-slowfast',
        embeddings='data/epic_kitchens/embeddings_noun',
        interval=0.53,
        train=dict(epochs=21)),
    epic_kitchens100_verb=dict(
        title='EPIC-KITCHENS-100 verbs, SlowFast features',
        name='epic-kitchens100-verb-slowfast',
        embeddings='data/epic_kitchens/embeddings_verb',
        interval=0.53,
        train=dict(epochs=21)),
    ego4d_mq_slowfast=dict(
        title='Ego4D moment queries, SlowFast features',
        embeddings='data/ego4d/embeddings_slowfast',
        interval=0.53,
        train=dict(epochs=15)),
    ego4d_mq_omnivore=dict(
        title='Ego4D moment queries, Omnivore features',
        embeddings='data/ego4d/embeddings_omnivore',
        interval=0.53,
        train=dict(epochs=15)),
    ego4d_mq_egovlp=dict(
        title='Ego4D moment queries, EgoVLP features',
        embeddings='data/ego4d/embeddings_egovlp',
        interval=0.53,
        train=dict(epochs=15)),
    ego4d_mq_combined=dict(
        title='Ego4D moment queries, three features together',
        embeddings='data/ego4d/embeddings_combined',
        interval=0.53,
        train=dict(epochs=15)),
    fir=dict(
        title='FIR, EfficientNet-Lite0 features',
        name='fir-efficientnetlite0',
        data='fir_features',
        embeddings='data/fir/embeddings',
        interval=0.25,
        classes=4,
        small=True),
    gesture=dict(
        title='gestures, arm sensors',
        name='gesture-imu',
        data='gesture_features',
        embeddings='data/gesture/embeddings',
        interval=0.25,
        classes=11,
        small=True),
    vts=dict(
        title='open suturing, hand sensors',
        name='vts-kinematics',
        data='vts_features',
        embeddings='data/vts/embeddings',
        interval=4 / 15,  # a step of the features
        classes=5,
        small=True))
