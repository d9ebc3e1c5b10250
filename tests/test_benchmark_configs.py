"""Configs on benchmarks say what the references' settings say."""
from pathlib import Path

import pytest
import torch
from mmaction.registry import MODELS
from mmengine.config import Config

from tests.benchmark_settings import (
    AF,
    DATA,
    DF,
    DYNAMIC,
    EGO4D_RANGES,
    EPIC_RANGES,
    POOLING,
    SETTINGS,
    SIZES,
    TD,
    THUMOS_RANGES,
    TM,
    TRIDENT,
)
from tests.hosts import ANCHOR_FREE_HOSTS, method
from tests.tiny import CONFIGS

#: Folder of configs -> whose data and evaluation the host follows.
CONVENTIONS = {method(name): host.convention
               for name, host in ANCHOR_FREE_HOSTS.items()}
#: Ours, so without a reference.
SMALL = ('fir-efficientnetlite0', 'gesture-imu', 'vts-kinematics',
         'custom-feature')


def load(name):
    return Config.fromfile(CONFIGS / f'{name}.py')


def as_actionformer(name):
    """Whether data and evaluation are ActionFormer's, rather than TriDet's."""
    return CONVENTIONS[name.split('/')[0]] == 'actionformer'


def data_of(name):
    """``thumos14-i3d`` of a config's name."""
    return name.split('e_', 1)[1]


def step(pipeline, kind):
    """The settings of a transform, if it is there."""
    return next((dict(each) for each in pipeline if each.type == kind), None)


def pairs(ranges):
    return [tuple(pair) for pair in ranges]


def test_every_config_of_a_benchmark_is_here():
    found = {f'{folder}/{path.stem}' for folder in CONVENTIONS
             for path in (CONFIGS / folder).glob(f'{folder}_1xb*.py')
             if data_of(path.stem) not in SMALL}
    assert not found ^ {*SETTINGS}, (
        f'{sorted(found ^ {*SETTINGS})}: expected every config of a benchmark '
        'in SETTINGS of tests/benchmark_settings.py')


@pytest.mark.parametrize('name', SIZES)
def test_size(name):
    with torch.device('meta'):
        model = MODELS.build(load(name).model)
    assert sum(p.numel() for p in model.parameters()) == SIZES[name]


@pytest.mark.parametrize('name', SETTINGS)
def test_setting(name):
    cfg = load(name)
    training, losses, detections = SETTINGS[name]
    optimizer = cfg.optim_wrapper.optimizer
    assert (cfg.model.max_seq_len, cfg.train_dataloader.batch_size,
            optimizer.lr, optimizer.weight_decay, cfg.param_scheduler.warmup,
            cfg.train_cfg.max_epochs, cfg.param_scheduler.eta_min,
            cfg.optim_wrapper.clip_grad.max_norm) == training
    head = cfg.model.head
    assert (head.initial_normalizer, head.get('label_smoothing', 0),
            head.loss_reg.loss_weight) == losses
    post = head.post_processor
    assert (head.num_classes, post.pre_nms_topk, post.min_length,
            post.nms.sigma, post.nms.max_per_video, post.nms.class_aware,
            post.nms.get('voting_threshold', 0)) == detections
    assert post.nms.method == 'gaussian'
    assert post.score_threshold == post.nms.min_score == 0.001
    assert post.nms.get('vote_score_weighted_by_iou', True) == (
        as_actionformer(name))
    assert optimizer.type == 'AdamW'
    assert cfg.custom_hooks[0].momentum == 0.001
    assert cfg.train_dataloader.drop_last and cfg.param_scheduler.type == (
        'WarmupCosineLR')


@pytest.mark.parametrize('name', SETTINGS)
def test_data(name):
    cfg = load(name)
    train, test = (cfg[f'{part}_dataloader'].dataset
                   for part in ('train', 'test'))
    features, keep_ratio = DATA[data_of(name)]
    for pipeline in (train.pipeline, test.pipeline):
        loaded = step(pipeline, 'LoadFeatures')
        assert (loaded['stride'], loaded.get('window'), loaded.get('fps'),
                loaded['channels']) == features
    crop = step(train.pipeline, 'RandomTruncation')
    assert crop['max_length'] == cfg.model.max_seq_len
    assert crop.get('keep_ratio', 0.5) == keep_ratio
    assert crop.get('slack', True) == as_actionformer(name)
    assert step(test.pipeline, 'RandomTruncation') is None
    assert test.test_mode and not train.get('test_mode')
    assert cfg.val_dataloader == cfg.test_dataloader
    assert cfg.test_dataloader.batch_size == 1
    assert cfg.val_evaluator == cfg.test_evaluator
    assert cfg.test_evaluator.get('convention', 'actionformer') == (
        'actionformer' if as_actionformer(name) else 'tridet')
    assert train.subset == (
        'validation' if '_thumos14' in name else 'training')
    assert test.subset == {'_thumos14': 'test', '_multithumos': 'testing'}.get(
        '_' + data_of(name).split('-')[0], 'validation')


@pytest.mark.parametrize('name', SETTINGS)
def test_parts_fit(name):
    cfg = load(name)
    model = cfg.model
    backbone, head = model.backbone, model.head
    channels = backbone.in_channels
    with torch.device('meta'):
        built = MODELS.build(model)
    assert cfg.max_seq_len == model.max_seq_len
    assert cfg.num_classes == head.num_classes
    chosen = step(cfg.test_dataloader.dataset.pipeline, 'SelectChannels')
    assert (chosen['channels'] if chosen else DATA[data_of(name)][0][3]) == (
        channels if isinstance(channels, int) else sum(channels))
    levels = backbone.arch[2] + 1
    assert (len(getattr(built.neck, 'norms', built.head.scales)) == levels ==
            len(head.point_generator.regression_ranges))
    assert backbone.channels == built.head.tower_cfg['in_channels']
    assert built.backbone.position_table is None or (
        built.backbone.position_table.shape[-1] == model.max_seq_len)
    assert model.max_seq_len % 2**(levels - 1) == 0
    if as_actionformer(name):  # the reference pads to whole windows, too
        assert model.max_seq_len % built.backbone.length_multiple == 0


@pytest.mark.parametrize('data', TRIDENT)
def test_tridet(data):
    name = next(name for name in SETTINGS
                if name.startswith(TD) and data_of(name) == data)
    model = load(name).model
    backbone, head = model.backbone, model.head
    assert (backbone.window, backbone.k, backbone.hidden_channels,
            head.num_bins, head.kernel_size, head.boundary_kernel_size,
            head.iou_weight_power, model.input_noise, backbone.init_std
            ) == TRIDENT[data]
    assert backbone.position_encoding == data.startswith(('act', 'hacs'))
    assert head.channels == (512 if data.startswith('act') else
                             backbone.channels)


@pytest.mark.parametrize('data', DYNAMIC)
def test_dyfadet(data):
    model = load(next(name for name in SETTINGS if name.startswith(DF) and
                      data_of(name) == data)).model
    backbone, head = model.backbone, model.head
    assert (backbone.window, backbone.k, backbone.hidden_channels, head.tau,
            head.kernel_size, head.channels, model.input_noise,
            backbone.init_std) == DYNAMIC[data]
    assert backbone.position_encoding == data.startswith(('act', 'hacs'))


@pytest.mark.parametrize('data', POOLING)
def test_temporalmaxer(data):
    model = load(next(name for name in SETTINGS if name.startswith(TM) and
                      data_of(name) == data)).model
    assert (model.backbone.arch[0], model.neck.num_groups,
            model.backbone.in_channels) == POOLING[data]
    assert model.head.assigner == dict(
        type='LeastCostAssigner', radius=1.5, cls_weight=1, iou_weight=2)
    assert pairs(model.head.point_generator.regression_ranges) == (
        EPIC_RANGES if 'epic' in data else THUMOS_RANGES)


def test_windows_and_ranges():
    def parts(name):
        model = load(name).model
        return model.backbone, pairs(
            model.head.point_generator.regression_ranges)

    backbone, ranges = parts(AF + '1xb2-35e_thumos14-i3d')
    assert (backbone.window, ranges) == (19, THUMOS_RANGES)
    for features in ('tsp', 'i3d'):
        backbone, ranges = parts(AF + f'1xb16-15e_activitynet13-{features}')
        assert list(backbone.window) == [7, 7, 7, 7, 7, None]
        assert ranges == THUMOS_RANGES and backbone.position_encoding
    for task in ('verb', 'noun'):
        backbone, ranges = parts(
            AF + f'1xb2-21e_epic-kitchens100-{task}-slowfast')
        assert (backbone.window, ranges) == (9, EPIC_RANGES)
        assert not backbone.get('position_encoding')
    backbone, ranges = parts(AF + '1xb2-15e_ego4d-mq-slowfast')
    assert ranges == [*EGO4D_RANGES, (64, 10000)]
    for features in ('omnivore', 'egovlp', 'combined'):
        backbone, ranges = parts(AF + f'1xb2-15e_ego4d-mq-{features}')
        assert ranges == [*EGO4D_RANGES, (64, 256), (128, 10000)]
        assert (backbone.window, backbone.proj_drop) == (9, 0.1)
        assert backbone.position_encoding
    assert (backbone.num_heads, backbone.proj_channels) == (
        16, [256, 384, 384])
    assert parts(TD + '1xb16-13e_hacs-i3d')[1] == [
        *THUMOS_RANGES[:-1], (64, 128), (128, 10000)]


@pytest.mark.parametrize('name', [
    name for name in SETTINGS if data_of(name).startswith(
        ('activitynet13', 'fineaction'))])
def test_activitynet_finds_any_class_and_names_it_later(name):
    cfg = load(name)
    train, test = (cfg[f'{part}_dataloader'].dataset
                   for part in ('train', 'test'))
    assert step(train.pipeline, 'ClassAgnosticLabels')
    assert not step(test.pipeline, 'ClassAgnosticLabels')
    assert not step(train.pipeline, 'LoadVideoScores')
    assert step(test.pipeline, 'LoadVideoScores')['path'].endswith(
        'new_swinB_1x1x256_views2x3_max_label_avg_prob.json'
        if 'fineaction' in name else 'cuhk_val_simp_share.json')
    assert 'video_scores' in step(test.pipeline, 'PackFeatures')['meta_keys']
    assert cfg.model.head.post_processor.score_fusion == dict(
        type='VideoScoreFusion', topk=2)
    clip = step(train.pipeline, 'ClipInstances')
    assert (clip['keep_ratio'], clip.get('slack', True)) == (0.5, True)
    resized = {step(each.pipeline, 'ResizeFeatures') and step(
        each.pipeline, 'ResizeFeatures')['length'] for each in (train, test)}
    assert resized == ({192} if as_actionformer(name) else {None})
    repeated = step(train.pipeline, 'DropRepeatedInstances')
    assert repeated.get('min_length') == (
        1e-3 if as_actionformer(name) else None)


@pytest.mark.parametrize('name', [TD + '1xb16-13e_hacs-i3d',
                                  TD + '1xb16-11e_hacs-slowfast',
                                  DF + '1xb8-11e_hacs-slowfast'])
def test_hacs(name):
    cfg = load(name)
    train, test = (cfg[f'{part}_dataloader'].dataset
                   for part in ('train', 'test'))
    clip = step(train.pipeline, 'ClipInstances')
    assert (clip['keep_ratio'], clip['slack']) == (0, False)
    assert step(train.pipeline, 'DropRepeatedInstances')
    assert Path(train.data_prefix.feature).name == 'training'
    assert Path(test.data_prefix.feature).name == 'validation'
    assert train.get('filename_tmpl', '{}.npy') == test.get(
        'filename_tmpl', '{}.npy') == (
            '{}.npy' if 'i3d' in name else '{}.pkl')


@pytest.mark.parametrize('data,thresholds', [
    ('thumos14', None), ('multithumos', [k / 10 for k in range(1, 10)]),
    ('activitynet13', [0.5 + 0.05 * k for k in range(10)]),
    ('hacs', [0.5 + 0.05 * k for k in range(10)]),
    ('fineaction', [0.5 + 0.05 * k for k in range(10)]),
    ('epic', [k / 10 for k in range(1, 6)]),
    ('ego4d', [k / 10 for k in range(1, 6)])])
def test_thresholds(data, thresholds):
    thresholds = thresholds or [0.3, 0.4, 0.5, 0.6, 0.7]
    for name in SETTINGS:
        if f'_{data}' in name:
            evaluator = load(name).test_evaluator
            assert evaluator.get('iou_thresholds', [
                0.3, 0.4, 0.5, 0.6, 0.7]) == pytest.approx(thresholds)
            assert evaluator.get('recall_topk', []) == (
                [1, 5] if data == 'ego4d' else [])


def test_ground_truth_and_skipped_videos():
    for name in SETTINGS:
        data = load(name).test_dataloader.dataset
        assert data.get('ground_truth') == (
            'thumos14-actionformer' if '_thumos14' in name else None)
        assert data.get('missing_features', 'error') == (
            'error' if 'epic' in name else 'skip')
        assert data.invalid_segments == 'keep'


@pytest.mark.parametrize('name', SETTINGS)
def test_bapg_is_one_more_base(name):
    host, fused = load(name), load(name.replace('_1xb', '_bapg_1xb'))
    changed = {key for key in fused if fused[key] != host.get(key)}
    assert changed == {'bapg', 'runner_type'} and set(host) <= set(fused)
