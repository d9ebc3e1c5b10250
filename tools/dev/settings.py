# The table of settings: which host is trained on what, and with which numbers.
#
# tools/dev/make_configs.py writes from it, and a test compares:
#   configs/<host>/<host>_1xb<batch>-<epochs>e_<name>.py
#   configs/<host>/<host>_bapg_...  and, where `paper`, <host>_bapg-paper_...
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

# What TriDet and DyFADet share.
sgp_on_thumos14 = dict(epochs=40, weight_decay=0.025, warmup=20)
# What anchor-free hosts share on VTS: they overfit in twice as many epochs.
on_vts = dict(epochs=10, warmup=2)
# What generators of proposals on maps share; FIR has longer instances.
on_fir = {f'{each}.num_durations': 128
          for each in ('model.head', 'train_dataloader.dataset')}
on_maps = dict(
    reads='proposals', windows=True, schedule='adam_step_10e',
    small_schedule='adam_step_20e', on=[
        'thumos14_tsn', 'activitynet13_cuhk', 'fir', 'gesture', 'vts'])

# HOSTS, one line each; the model is _base_/models/<host>.py, or where there is
# one <host>_<dataset>.py, shortened from its end: of epic-kitchens100-noun
# first ..._epic_kitchens100_noun.py, then ..._epic_kitchens100.py.
#   title           in the heads of configs
#   source          whose the numbers are, in the heads of configs on datasets
#                   that `settings` has an entry for, be it an empty one
#   on              datasets; by default all but those on request
#   reads           ending of datasets' configs that it takes where there are
#                   such, as in thumos14_i3d_tridet.py
#   paper           also with the paper's BAPG
#   schedule, small_schedule
#                   configs in _base_/schedules
#   windows         it trains on windows and takes no max_seq_len
#   settings        numbers that are not the dataset's `train`: epochs, batch,
#                   lr, weight_decay, clip, warmup, eta_min, or any other field
#                   of a config by its dotted name; `source` and `note` are
#                   what the head says of it
hosts = dict(
    actionformer=dict(
        title='ActionFormer',
        source="the authors' setting",
        on=[
            'thumos14', 'multithumos', 'activitynet13', 'activitynet13_i3d',
            'fineaction', 'epic_kitchens100_noun', 'epic_kitchens100_verb',
            'ego4d_mq_slowfast', 'ego4d_mq_omnivore', 'ego4d_mq_egovlp',
            'ego4d_mq_combined', 'fir', 'gesture', 'vts'
        ],
        paper=True,
        settings=dict(
            thumos14={},
            multithumos=dict(source='ours, as the authors have none'),
            activitynet13={},
            activitynet13_i3d={},
            fineaction=dict(source="OpenTAD's setting"),
            epic_kitchens100_noun={},
            epic_kitchens100_verb={},
            ego4d_mq_slowfast={},
            ego4d_mq_omnivore={},
            ego4d_mq_egovlp={},
            ego4d_mq_combined={},
            vts=on_vts)),
    tridet=dict(
        title='TriDet',
        source="the authors' setting",
        reads='tridet',
        on=[
            'thumos14', 'multithumos', 'activitynet13', 'hacs_i3d',
            'hacs_slowfast', 'epic_kitchens100_noun', 'epic_kitchens100_verb',
            'fir', 'gesture', 'vts'
        ],
        paper=True,
        settings=dict(
            thumos14=sgp_on_thumos14,
            multithumos=dict(
                **sgp_on_thumos14, source='ours, after that for THUMOS14'),
            activitynet13=dict(
                weight_decay=0.04, clip=0.4, warmup=10, eta_min=5e-5),
            hacs_i3d={},
            hacs_slowfast={},
            epic_kitchens100_noun=dict(epochs=19),
            epic_kitchens100_verb=dict(
                epochs=27,
                eta_min=5e-5,
                note='The authors test after epoch 23 of 27.'),
            vts=on_vts)),
    temporalmaxer=dict(
        title='TemporalMaxer',
        source="the authors' setting",
        reads='rgb',
        on=[
            'thumos14', 'multithumos', 'epic_kitchens100_noun',
            'epic_kitchens100_verb', 'fir', 'gesture', 'vts'
        ],
        settings=dict(
            thumos14=dict(
                epochs=65,
                note='The authors report the epoch that is best on the test '
                'videos.'),
            multithumos=dict(epochs=65),
            epic_kitchens100_noun=dict(epochs=37),
            epic_kitchens100_verb=dict(epochs=37),
            vts=on_vts)),
    dyfadet=dict(
        title='DyFADet',
        source="the authors' setting",
        reads='tridet',
        on=[
            'thumos14', 'multithumos', 'activitynet13', 'hacs_slowfast',
            'epic_kitchens100_noun', 'epic_kitchens100_verb', 'fir', 'gesture',
            'vts'
        ],
        settings=dict(
            thumos14=sgp_on_thumos14,
            multithumos=dict(
                **sgp_on_thumos14, source='ours, after that for THUMOS14'),
            activitynet13=dict(
                batch=8,
                lr=5e-4,
                clip=0.4,
                eta_min=5e-5,
                note='The authors name the classes by another classifier, '
                'new_3ensemble_uniformerv2_large_only_global_anet_16x10x3.json.'
            ),
            hacs_slowfast=dict(
                batch=8,
                lr=5e-4,
                weight_decay=0.025,
                note='The authors name the classes by an external classifier.'
            ),
            epic_kitchens100_noun=dict(epochs=25, lr=2e-4, eta_min=5e-5),
            epic_kitchens100_verb=dict(
                epochs=25, eta_min=5e-5, warmup=10),
            vts=on_vts)),
    tadtr=dict(
        title='TadTR',
        source="the authors' setting",
        reads='windows',
        windows=True,
        on=['thumos14_pgcn', 'fir', 'gesture', 'vts'],
        paper=True,
        schedule='adamw_multistep_16e',
        small_schedule='adamw_multistep_30e',
        settings=dict(
            thumos14_pgcn={
                'default_hooks.checkpoint.save_best': 'mAP',
                'note': 'The epoch that is best on the test videos is the one '
                'that is reported.'
            })),
    gtad=dict(
        title='G-TAD', source="the authors' setting", **on_maps,
        settings=dict(
            fir=on_fir, thumos14_tsn=dict(batch=8, lr=4e-5),
            activitynet13_cuhk={
                'lr': 4e-3,
                'optim_wrapper.clip_grad': None,
                'note': 'The authors test the epoch of least validation loss.'
            })),
    bsn_plus_plus=dict(
        title='BSN++',
        source="the paper's setting, as far as it tells",
        **on_maps,
        settings=dict(
            fir=on_fir, thumos14_tsn={
                'batch': 16, 'param_scheduler.milestones': [7],
                'train_dataloader.dataset.overlap': 0.75},
            activitynet13_cuhk={'param_scheduler.milestones': [7]})),
    bmn=dict(title="MMAction2's BMN in windows", settings=dict(fir=on_fir),
             **dict(on_maps, on=['fir', 'gesture', 'vts'])))
