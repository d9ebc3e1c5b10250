"""ActionFormer, TriDet and TemporalMaxer, number for number."""
import itertools
import json
from typing import Callable, NamedTuple

import numpy as np
import pytest
import torch
from mmaction.registry import MODELS, TASK_UTILS
from mmaction.structures import ActionDataSample
from mmengine.config import Config
from mmengine.runner import load_checkpoint
from mmengine.structures import InstanceData

import mmbapg  # noqa: F401
from mmbapg.apis.converters import actionformer, temporalmaxer, tridet
from mmbapg.apis.converters.common import rename
from mmbapg.config.places import find_config
from mmbapg.models.heads.anchor_free_head import HeadOutputs
from mmbapg.models.heads.trident_head import TridentOutputs
from mmbapg.models.task_modules import LeastCostAssigner
from mmbapg.ops import TemporalGrid
from tests import golden

LEVELS = range(6)


class Method(NamedTuple):
    """A method: its converter, key mapping, configs and raw outputs."""
    convert: Callable
    rules: list
    configs: tuple
    outputs: type
    #: Names in the golden file, in the order of the outputs' fields.
    names: tuple


METHODS = dict(
    actionformer=Method(
        actionformer.convert_actionformer, actionformer.RULES,
        ('actionformer/actionformer_1xb2-35e_thumos14-i3d.py', ), HeadOutputs,
        ('cls', 'reg')),
    temporalmaxer=Method(
        temporalmaxer.convert_temporalmaxer, temporalmaxer.RULES,
        ('_base_/models/temporalmaxer.py',
         '_base_/schedules/adamw_warmup_cosine.py'), HeadOutputs,
        ('cls', 'reg')),
    tridet=Method(
        tridet.convert_tridet, tridet.RULES,
        ('tridet/tridet_1xb2-40e_thumos14-i3d.py', ), TridentOutputs,
        ('cls', 'reg', 'start', 'end')))


class Reference:
    """A golden file, and our model with its weights."""

    def __init__(self, name, suffix, folder):
        self.method = METHODS[name]
        self.stem = f'{name}_thumos14_i3d{suffix}'
        self.numbers = golden.load(self.stem)
        source, target = folder / 'official.pth', folder / 'ours.pth'
        golden.write_official_checkpoint(self.numbers, source)
        self.model = MODELS.build(self.method.convert(source, target))
        load_checkpoint(self.model, str(target), strict=False)
        source.unlink()

    def video(self, number):
        """Features and data sample of video 1 or 2."""
        numbers, prefix = self.numbers, f'v{number}_'
        features = golden.features(
            f'{self.stem}:v{number}',
            (2048, int(numbers[prefix + 'input_len'])))
        grid = TemporalGrid(*(float(numbers[prefix + name]) for name in (
            'feat_stride', 'num_frames', 'fps')))
        sample = ActionDataSample(metainfo=dict(
            grid=grid, duration=float(numbers[prefix + 'duration']),
            video_name=f'v{number}'))
        steps = torch.from_numpy(numbers[prefix + 'segments']).double()
        sample.gt_instances = InstanceData(
            segments=grid.to_seconds(steps),
            labels=torch.from_numpy(numbers[prefix + 'labels']))
        return features, sample


@pytest.fixture(scope='module', params=list(itertools.product(
    METHODS, ('', '_eps'))), ids=''.join)
def reference(request, tmp_path_factory):
    return Reference(*request.param, tmp_path_factory.mktemp('golden'))


@pytest.fixture(scope='module', params=METHODS)
def with_training(request, tmp_path_factory):
    return Reference(request.param, '', tmp_path_factory.mktemp('golden'))


@torch.no_grad()
def test_network(reference):
    numbers, model = reference.numbers, reference.model.eval()
    features, _ = reference.video(1)
    feats, masks = model.extract_feat([features])
    outputs = model([features])
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
                found, numbers[f'{name}_l{level}'], rtol=0, atol=2e-4,
                err_msg=f'{name} at level {level}')


@torch.no_grad()
def test_detections_end_to_end(reference):
    numbers, model = reference.numbers, reference.model.eval()
    features, sample = reference.video(1)
    found = model([features], [sample], mode='predict')[0].pred_instances
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
    numbers, model = with_training.numbers, with_training.model.train()
    for module in model.modules():
        if hasattr(module, 'drop_prob'):
            module.drop_prob = 0.0
    features, samples = zip(*map(with_training.video, (1, 2)))
    head = model.head
    assert float(head.loss_normalizer) == pytest.approx(
        float(numbers['loss_normalizer_before']))
    losses = model(list(features), list(samples), mode='loss')
    total = sum(losses.values())
    total.backward()
    for name, value in (('cls_loss', losses['loss_cls']),
                        ('reg_loss', losses['loss_reg']),
                        ('final_loss', total)):
        assert value.item() == pytest.approx(float(numbers[name]), rel=1e-5)
    assert head.loss_normalizer.item() == pytest.approx(
        float(numbers['loss_normalizer_after']), rel=1e-6)

    parameters = dict(model.named_parameters())
    keys = [str(key) for key in numbers['grad_keys']]
    names = rename(dict.fromkeys(keys), with_training.method.rules)
    assert set(names.values()) == set(parameters)
    reference_shapes = golden.shapes(numbers)
    largest = numbers['grad_norm'].max()
    for key, norm, dot in zip(keys, numbers['grad_norm'],
                              numbers['grad_dot']):
        shape = reference_shapes[key]
        gradient = parameters[names[key]].grad.double().numpy().reshape(shape)
        scale = norm + 1e-4 * largest
        assert abs(np.sqrt((gradient**2).sum()) - norm) / scale < 5e-3, key
        found = (gradient * golden.noise(f'grad:{key}', shape)).sum()
        assert abs(found - dot) / scale < 2e-2, key


def test_assignment(with_training):
    numbers, head = with_training.numbers, with_training.model.head
    lengths = [int(length) for length in numbers['level_len']]
    # which points are positive does not depend on what is predicted
    outputs = with_training.method.outputs(
        *([torch.zeros(1, length, width) for length in lengths]
          for _, width in zip(with_training.method.names, (20, 2, 20, 20))))
    for number, expected, total in zip(
            (1, 2), numbers['positive_points'], numbers['cls_target_sum']):
        features, sample = with_training.video(number)
        targets, = head._assign(outputs, [(
            sample.grid.to_steps(sample.gt_instances.segments).float(),
            sample.gt_instances.labels)])
        valid = torch.cat([
            (torch.arange(lengths[0]) < features.shape[1])[::2**level]
            for level in LEVELS
        ])
        positive = (targets.classes.sum(dim=1) > 0) & valid
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
