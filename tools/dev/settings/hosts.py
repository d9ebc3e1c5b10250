# Table of settings: which host is trained on what, and with which numbers.
# datasets.py, beside this file, has the datasets. tools/dev/make_configs.py
# writes from these lines, and a test compares:
#   configs/<host>/<host>_1xb<batch>-<epochs>e_<name>.py
#   configs/<host>/<host>_bapg_...  and, where `paper`, <host>_bapg-paper_...
#
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

# What TriDet and DyFADet share.
sgp_on_thumos14 = dict(epochs=40, weight_decay=0.025, warmup=20)
# What anchor-free hosts share on VTS: they overfit in twice as many epochs.
on_vts = dict(epochs=10, warmup=2)
# What generators of proposals on maps share; FIR has longer instances.
on_fir = {f'{each}.num_durations': 128
          for each in ('model.head', 'train_dataloader.dataset')}
# Gestures: they overfit in twice as many epochs.
on_gesture = {'epochs': 10, 'param_scheduler.milestones': [8]}
on_maps = dict(
    reads='proposals', windows=True, schedule='adam_step_10e',
    small_schedule='adam_step_20e', on=[
        'thumos14_tsn', 'activitynet13_cuhk', 'fir', 'gesture', 'vts'])

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
            fir=on_fir, gesture=on_gesture,
            thumos14_tsn=dict(batch=8, lr=4e-5),
            activitynet13_cuhk={
                'lr': 4e-3,
                'optim_wrapper.clip_grad': None,
                'default_hooks.checkpoint.max_keep_ckpts': -1,
                'note': 'The authors test the epoch of least validation loss; '
                'all epochs are kept.'
            })),
    bsn_plus_plus=dict(
        title='BSN++',
        source="the paper's setting, as far as it tells",
        **on_maps,
        settings=dict(
            fir=on_fir, gesture=on_gesture, thumos14_tsn={
                'batch': 16, 'param_scheduler.milestones': [7],
                'train_dataloader.dataset.overlap': 0.75},
            activitynet13_cuhk={'param_scheduler.milestones': [7]})),
    bmn=dict(title="MMAction2's BMN in windows",
             settings=dict(fir=on_fir, gesture=on_gesture),
             **dict(on_maps, on=['fir', 'gesture', 'vts'])))
