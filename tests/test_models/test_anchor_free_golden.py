"""ActionFormer, TriDet and TemporalMaxer, number for number."""
import itertools
import json

import numpy as np
import pytest
import torch
from mmaction.registry import TASK_UTILS
from mmengine.config import Config

from mmbapg.config.places import find_config
from mmbapg.models.task_modules.least_cost_assigner import LeastCostAssigner
from tests import golden
from tests.golden_hosts import (
    LEVELS,
    METHODS,
    Reference,
    gradient_errors,
    gradient_names,
    learn,
    targets_of,
)


@pytest.fixture(scope='module', params=list(itertools.product(
    METHODS, ('', '_eps'))), ids=''.join)
def reference(request, tmp_path_factory):
    return Reference(*request.param, tmp_path_factory.mktemp('golden'))


@pytest.fixture(scope='module', params=METHODS)
def with_training(request, tmp_path_factory):
    return Reference(request.param, '', tmp_path_factory.mktemp('golden'))


def test_network(reference):
    numbers = reference.numbers
    feats, masks, outputs = reference.evaluated
    assert feats[0].shape[2] == int(numbers['padded_len'])
    probe = torch.from_numpy(golden.noise('neck-probe', (512, ))).float()
    for level in LEVELS:
        valid = int(numbers['valid'][level])
        assert int(masks[level].sum()) == valid
        assert masks[level].shape[2] == int(numbers['level_len'][level])
        projected = probe @ feats[level][0, :, :valid] / np.sqrt(512)
        raw = [field[level][0, :valid] for field in outputs]
        for name, found in zip(('neckproj', *reference.method.names),
                               (projected, *raw)):
            np.testing.assert_allclose(
                found, numbers[f'{name}_l{level}'], rtol=0,
                atol=reference.method.atol,
                err_msg=f'{name} at level {level}')


def test_detections_end_to_end(reference):
    numbers = reference.numbers
    _, masks, outputs = reference.evaluated
    found, = reference.model.head.predict(outputs, masks,
                                          [reference.video(1)[1]])
    free = np.ones(len(found), bool)
    matched = []
    for segment, score, label in zip(
            numbers['det_segments'], numbers['det_scores'],
            numbers['det_labels']):
        near = (free & (found.labels.numpy() == label) &
                (abs(found.scores.numpy() - score) < 1e-4) &
                (abs(found.segments.numpy() - segment).max(axis=1) < 5e-3))
        matched.append(near.any())
        if near.any():
            free[near.argmax()] = False
    assert len(found) == len(numbers['det_scores'])
    assert all(matched[:50]) and np.mean(matched) >= 0.99


@torch.no_grad()
def test_detections_from_the_reference_logits(reference):
    """Decoding and NMS alone."""
    numbers, head = reference.numbers, reference.model.head
    _, sample = reference.video(1)

    def stored(name, level):
        return torch.from_numpy(numbers[f'{name}_l{level}'])[None]

    outputs = reference.method.outputs(
        *([stored(name, level) for level in LEVELS]
          for name in reference.method.names))
    masks = [torch.ones(1, 1, each.shape[1], dtype=torch.bool)
             for each in outputs.cls_logits]
    candidates = head.candidates(outputs, masks)[0]
    assert sum(len(each.scores) for each in candidates) == int(
        numbers['pre_count'])
    scores = torch.cat([each.scores for each in candidates])
    best = scores.sort(descending=True, stable=True).indices[:500]
    segments = torch.cat([each.segments for each in candidates])[best]
    np.testing.assert_allclose(scores[best], numbers['pre_top_scores'],
                               rtol=0, atol=2e-6)
    np.testing.assert_allclose(segments, numbers['pre_top_segments'],
                               rtol=0, atol=2e-3)
    found, = head.predict(outputs, masks, [sample])
    np.testing.assert_array_equal(found.labels, numbers['det_labels'])
    np.testing.assert_allclose(found.segments, numbers['det_segments'],
                               rtol=0, atol=2e-4)
    np.testing.assert_allclose(found.scores, numbers['det_scores'], rtol=0,
                               atol=2e-6)


def test_losses_gradients_and_normalizer(with_training):
    learn(with_training)
    names = gradient_names(with_training)
    for key, norm, dot in gradient_errors(with_training, names):
        assert norm < 5e-3 and dot < 2e-2, key


def test_assignment(with_training):
    numbers = with_training.numbers
    lengths = [int(length) for length in numbers['level_len']]
    for number, expected, total in zip(
            (1, 2), numbers['positive_points'], numbers['cls_target_sum']):
        targets, positive = targets_of(with_training, number)
        np.testing.assert_array_equal(
            [int(part.sum()) for part in positive.split(lengths)], expected)
        assert targets.classes.sum().item() == float(total)


def test_the_thumos_config_is_the_reference_config(reference):
    """What leaves no trace in weights: windows, ranges, test settings."""
    cfg = Config({name: part for each in reference.method.configs
                  for name, part in Config.fromfile(
                      find_config(each)).items()})
    official = json.loads(str(reference.numbers['config']))
    model, test = official['model'], official['test_cfg']
    train, head = official['train_cfg'], cfg.model.head
    backbone, processing = cfg.model.backbone, head.post_processor
    assert cfg.model.max_seq_len == official['dataset']['max_seq_len']
    if reference.method is METHODS['actionformer']:
        assert backbone.num_heads == model['n_head']
        assert backbone.window == model['n_mha_win_size']
    elif reference.method is METHODS['temporalmaxer']:
        embed, stem, pools = backbone.arch
        assert ([embed, pools], stem) == (model['backbone_arch'], 0)
        assigner = TASK_UTILS.build(dict(head.assigner, num_classes=20))
        assert isinstance(assigner, LeastCostAssigner)
        assert {name: getattr(assigner, name) for name in (
            'cls_weight', 'iou_weight')}.items() <= model['assigner'].items()
        # where they are not so, the reference weighs and drops points
        assert model['assigner']['keep_percent'] == 1
        assert model['assigner']['confuse_weight'] == 0
    else:
        assert backbone.window == model['n_sgp_win_size']
        assert backbone.k == model['k']
        assert backbone.init_std == model['init_conv_vars']
        assert backbone.hidden_channels == model['sgp_mlp_dim']
        assert head.num_bins == model['num_bins']
        assert head.iou_weight_power == model['iou_weight_power']
        assert cfg.model.input_noise == model['input_noise']
    assert backbone.get('drop_path') == train.get('droppath')
    assert head.assigner.radius == train.get(
        'center_sample_radius', model.get('assigner', {}).get('center_radius'))
    assert head.initial_normalizer == train['init_loss_norm']
    assert cfg.optim_wrapper.clip_grad.max_norm == train['clip_grad_l2norm']
    assert [list(each) for each in
            head.point_generator.regression_ranges] == [
                list(each) for each in model['regression_range']]
    assert processing.pre_nms_topk == test['pre_nms_topk']
    assert processing.score_threshold == test['pre_nms_thresh']
    assert processing.min_length == test['duration_thresh']
    assert processing.nms.sigma == test['nms_sigma']
    assert processing.nms.max_per_video == test['max_seg_num']
    assert processing.nms.min_score == test['min_score']
