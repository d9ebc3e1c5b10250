"""AFSD's configs on benchmarks say what the authors' code and papers say."""
from functools import reduce

import pytest
from mmengine.config import Config

from tests.tiny import CONFIGS

LOSS, PROCESS = 'model.head.loss.', 'model.head.post_processor.'
DATA, OPTIMIZER = 'train_dataloader.dataset.', 'optim_wrapper.optimizer.'
#: Config -> fields and their values.
SETTINGS = {
    'thumos14-rgb': {
        'model.clip_length': 256, 'model.clip_overlap': 0.5,
        'model.padding': 0, 'model.training_padding': -1,
        'model.consistency_strides': None, 'model.head.conv_std': None,
        'model.head.distance_units': None,
        LOSS + 'min_iou': 0.5, LOSS + 'best_is_refined': None,
        LOSS + 'offset_beta': None, LOSS + 'per_clip': None,
        LOSS + 'reg_weight': 10, LOSS + 'cls_weight': 1,
        PROCESS + 'score_threshold': 0.01, PROCESS + 'score_fusion': None,
        PROCESS + 'nms.sigma': 0.5, PROCESS + 'nms.min_score': 0.001,
        OPTIMIZER + 'lr': 1e-5, OPTIMIZER + 'weight_decay': 1e-3,
        'optim_wrapper.paramwise_cfg': None,
        DATA + 'window_size': 256, DATA + 'min_share': 0.5,
        DATA + 'best_share': 1, DATA + 'first_step': 1},
    'activitynet13-rgb': {
        'model.clip_length': 768, 'model.padding': 0,
        'model.training_padding': 0, 'model.consistency_strides': [1, 4, 4],
        'model.head.conv_std': 0.01,
        'model.head.distance_units': [4, 8, 16, 32, 64, 128],
        LOSS + 'min_iou': 0.6, LOSS + 'best_is_refined': True,
        LOSS + 'offset_beta': 1, LOSS + 'per_clip': True,
        LOSS + 'reg_weight': 1, LOSS + 'cls_weight': 1,
        PROCESS + 'score_threshold': 1e-9, PROCESS + 'nms.sigma': 0.85,
        PROCESS + 'nms.min_score': 1e-9,
        PROCESS + 'score_fusion.topk': 1, PROCESS + 'score_fusion.power': 1,
        OPTIMIZER + 'lr': 1e-4, OPTIMIZER + 'weight_decay': 1e-4,
        'optim_wrapper.paramwise_cfg.custom_keys.backbone.lr_mult': 0.1,
        DATA + 'window_size': 768, DATA + 'min_share': 0,
        DATA + 'best_share': 0, DATA + 'first_step': None,
        DATA + 'invalid_segments': 'drop'}}
RANGES = [(0, 30), (15, 60), (30, 120), (60, 240), (96, 768), (256, 768)]


def load(name):
    return Config.fromfile(CONFIGS / 'afsd' / f'{name}.py')


@pytest.mark.parametrize('data', SETTINGS)
def test_settings(data):
    cfg = load(f'afsd_1xb1-16e_{data}')
    found = {field: reduce(lambda node, key: node.get(key), field.split('.'),
                           cfg) for field in SETTINGS[data]}
    assert found == SETTINGS[data]
    ranges = cfg.model.head.point_generator.regression_ranges
    assert [tuple(each) for each in ranges] == (
        RANGES if data.startswith('act') else [(-1, 10000)] * 6)
    assert cfg.optim_wrapper.optimizer.type == 'Adam'
    assert cfg.train_cfg.max_epochs == 16 and cfg.train_dataloader.drop_last
    assert 'param_scheduler' not in cfg and (
        'clip_grad' not in cfg.optim_wrapper)
    assert cfg.test_evaluator.convention == 'activitynet'


@pytest.mark.parametrize('data,changes', [
    ('thumos14', dict(fusion=None, threshold=None, least=None)),
    ('activitynet13', dict(fusion='segments', threshold=0, least=1e-18))])
def test_fusion(data, changes):
    cfg = load(f'afsd_fusion_1xb1-16e_{data}-rgb-flow')
    process = cfg.model.get('post_processor', {})
    assert changes == dict(
        fusion=cfg.model.get('fusion'),
        threshold=process.get('score_threshold'),
        least=process.get('nms', {}).get('min_score'))
    one = load(f'afsd_1xb1-16e_{data}-rgb')
    assert cfg.model.localizer == one.model
    assert process.get('score_fusion') == (
        one.model.head.post_processor.get('score_fusion') if process else None)


def test_flow_is_as_rgb():
    for data in ('thumos14', 'activitynet13'):
        rgb, flow = (load(f'afsd_1xb1-16e_{data}-{kind}').model
                     for kind in ('rgb', 'flow'))
        assert (rgb.backbone.in_channels, flow.backbone.in_channels) == (3, 2)
        flow.backbone.update(in_channels=3, init_cfg=rgb.backbone.init_cfg)
        assert flow == rgb


def test_without_consistency_is_the_same_but_for_it():
    one, other = (load(f'afsd{name}_1xb2-20e_fir-rgb')
                  for name in ('', '_without-consistency'))
    steps = [[step.type for step in cfg.train_dataloader.dataset.pipeline]
             for cfg in (one, other)]
    assert steps[0] == [*steps[1][:-1], 'SpliceBackground', steps[1][-1]]
    one.train_dataloader.dataset.pipeline = (
        other.train_dataloader.dataset.pipeline)
    for field in ('model', 'train_dataloader', 'test_dataloader', 'train_cfg',
                  'optim_wrapper', 'param_scheduler'):
        assert one[field] == other[field]


def test_eight_clips_are_those_that_are_tested():
    cfg = load('afsd_eight-clips_1xb2-150e_fir-rgb')
    train, test = (dict(cfg[f'{name}_dataloader'].dataset)
                   for name in ('train', 'test'))
    steps = [step.type for step in train.pop('pipeline')]
    assert [step.type for step in test.pop('pipeline')] == [
        *steps[:4], 'PackFrameWindow']
    assert train == test and len(train['indices']) == 8
