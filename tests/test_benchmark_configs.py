"""Configs on benchmarks say what the references' settings say."""
from pathlib import Path

import pytest
import torch
from mmaction.registry import MODELS
from mmengine.config import Config

from tests.tiny import CONFIGS

AF, TD = 'actionformer/actionformer_', 'tridet/tridet_'

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
}
UNMEASURED = [AF + '1xb2-35e_multithumos-i3d', TD + '1xb2-40e_multithumos-i3d']
HOSTS = [*SIZES, *UNMEASURED]

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


def load(name):
    return Config.fromfile(CONFIGS / f'{name}.py')


def data_of(name):
    """``thumos14-i3d`` of a config's name."""
    return name.split('e_', 1)[1]


def step(pipeline, kind):
    """The settings of a transform, if it is there."""
    return next((dict(each) for each in pipeline if each.type == kind), None)


def pairs(ranges):
    return [tuple(pair) for pair in ranges]


@pytest.mark.parametrize('name', SIZES)
def test_size(name):
    with torch.device('meta'):
        model = MODELS.build(load(name).model)
    assert sum(p.numel() for p in model.parameters()) == SIZES[name]


@pytest.mark.parametrize('name', HOSTS)
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
        name.startswith(AF))
    assert optimizer.type == 'AdamW'
    assert cfg.custom_hooks[0].momentum == 0.001
    assert cfg.train_dataloader.drop_last and cfg.param_scheduler.type == (
        'WarmupCosineLR')


@pytest.mark.parametrize('name', HOSTS)
def test_data(name):
    cfg = load(name)
    train, test = (cfg[f'{part}_dataloader'].dataset
                   for part in ('train', 'test'))
    features, keep_ratio = DATA[data_of(name)]
    for pipeline in (train.pipeline, test.pipeline):
        loaded = step(pipeline, 'LoadFeatures')
        assert (loaded['stride'], loaded['window'], loaded.get('fps'),
                loaded['channels']) == features
    crop = step(train.pipeline, 'RandomTruncation')
    assert crop['max_length'] == cfg.model.max_seq_len
    assert crop.get('keep_ratio', 0.5) == keep_ratio
    assert crop.get('slack', True) == name.startswith(AF)
    assert step(test.pipeline, 'RandomTruncation') is None
    assert test.test_mode and not train.get('test_mode')
    assert cfg.val_dataloader == cfg.test_dataloader
    assert cfg.test_dataloader.batch_size == 1
    assert cfg.val_evaluator == cfg.test_evaluator
    assert cfg.test_evaluator.get('convention', 'actionformer') == (
        'actionformer' if name.startswith(AF) else 'tridet')
    assert train.subset == (
        'validation' if '_thumos14' in name else 'training')
    assert test.subset == {'_thumos14': 'test', '_multithumos': 'testing'}.get(
        '_' + data_of(name).split('-')[0], 'validation')


@pytest.mark.parametrize('name', HOSTS)
def test_parts_fit(name):
    cfg = load(name)
    model = cfg.model
    backbone, head = model.backbone, model.head
    channels = backbone.in_channels
    with torch.device('meta'):
        built = MODELS.build(model)
    assert cfg.max_seq_len == model.max_seq_len
    assert cfg.num_classes == head.num_classes
    assert DATA[data_of(name)][0][3] == (
        channels if isinstance(channels, int) else sum(channels))
    levels = backbone.arch[2] + 1
    assert (len(built.neck.norms) == levels ==
            len(head.point_generator.regression_ranges))
    assert backbone.channels == built.head.tower_cfg['in_channels']
    assert built.backbone.position_table is None or (
        built.backbone.position_table.shape[-1] == model.max_seq_len)
    assert model.max_seq_len % 2**(levels - 1) == 0
    if name.startswith(AF):  # the reference pads to whole windows, too
        assert model.max_seq_len % built.backbone.length_multiple == 0


@pytest.mark.parametrize('data', TRIDENT)
def test_tridet(data):
    name = next(name for name in HOSTS
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


@pytest.mark.parametrize('name', [name for name in HOSTS
                                  if 'activitynet13' in name])
def test_activitynet_finds_any_class_and_names_it_later(name):
    cfg = load(name)
    train, test = (cfg[f'{part}_dataloader'].dataset
                   for part in ('train', 'test'))
    assert step(train.pipeline, 'ClassAgnosticLabels')
    assert not step(test.pipeline, 'ClassAgnosticLabels')
    assert not step(train.pipeline, 'LoadVideoScores')
    assert step(test.pipeline, 'LoadVideoScores')['path'].endswith(
        'cuhk_val_simp_share.json')
    assert 'video_scores' in step(test.pipeline, 'PackFeatures')['meta_keys']
    assert cfg.model.head.post_processor.score_fusion == dict(
        type='VideoScoreFusion', topk=2)
    clip = step(train.pipeline, 'ClipInstances')
    assert (clip['keep_ratio'], clip.get('slack', True)) == (0.5, True)
    resized = {step(each.pipeline, 'ResizeFeatures') and step(
        each.pipeline, 'ResizeFeatures')['length'] for each in (train, test)}
    assert resized == ({192} if name.startswith(AF) else {None})
    repeated = step(train.pipeline, 'DropRepeatedInstances')
    assert repeated.get('min_length') == (
        1e-3 if name.startswith(AF) else None)


@pytest.mark.parametrize('features', ['13e_hacs-i3d', '11e_hacs-slowfast'])
def test_hacs(features):
    cfg = load(TD + f'1xb16-{features}')
    train, test = (cfg[f'{part}_dataloader'].dataset
                   for part in ('train', 'test'))
    clip = step(train.pipeline, 'ClipInstances')
    assert (clip['keep_ratio'], clip['slack']) == (0, False)
    assert step(train.pipeline, 'DropRepeatedInstances')
    assert Path(train.data_prefix.feature).name == 'training'
    assert Path(test.data_prefix.feature).name == 'validation'
    assert train.get('filename_tmpl', '{}.npy') == test.get(
        'filename_tmpl', '{}.npy') == (
            '{}.npy' if 'i3d' in features else '{}.pkl')


@pytest.mark.parametrize('data,thresholds', [
    ('thumos14', None), ('multithumos', [k / 10 for k in range(1, 10)]),
    ('activitynet13', [0.5 + 0.05 * k for k in range(10)]),
    ('hacs', [0.5 + 0.05 * k for k in range(10)]),
    ('epic', [k / 10 for k in range(1, 6)]),
    ('ego4d', [k / 10 for k in range(1, 6)])])
def test_thresholds(data, thresholds):
    thresholds = thresholds or [0.3, 0.4, 0.5, 0.6, 0.7]
    for name in HOSTS:
        if f'_{data}' in name:
            evaluator = load(name).test_evaluator
            assert evaluator.get('iou_thresholds', [
                0.3, 0.4, 0.5, 0.6, 0.7]) == pytest.approx(thresholds)
            assert evaluator.get('recall_topk', []) == (
                [1, 5] if data == 'ego4d' else [])


def test_ground_truth_and_skipped_videos():
    for name in HOSTS:
        data = load(name).test_dataloader.dataset
        assert data.get('ground_truth') == (
            'thumos14-actionformer' if '_thumos14' in name else None)
        assert data.get('missing_features', 'error') == (
            'error' if 'epic' in name else 'skip')
        assert data.invalid_segments == 'keep'


@pytest.mark.parametrize('name', HOSTS)
def test_bapg_is_one_more_base(name):
    host, fused = load(name), load(name.replace('_1xb', '_bapg_1xb'))
    changed = {key for key in fused if fused[key] != host.get(key)}
    assert changed == {'bapg', 'runner_type'} and set(host) <= set(fused)
