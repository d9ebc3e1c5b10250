"""The anchor-free localizers beside the golden numbers of their references."""
import json
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Callable, NamedTuple

import numpy as np
import pytest
import torch
from mmaction.registry import MODELS
from mmaction.structures import ActionDataSample
from mmengine.runner import load_checkpoint
from mmengine.structures import InstanceData

import mmbapg  # noqa: F401
from mmbapg.apis.converters import CONVERTERS
from mmbapg.apis.converters.common import rename
from mmbapg.ops import TemporalGrid
from tests import golden, hosts

LEVELS = range(6)


class Method(NamedTuple):
    """A method: its converter, key mapping, config and raw outputs."""
    name: str
    convert: Callable
    rules: list
    config: Path
    outputs: type
    #: Names in the golden file, in the order of the outputs' fields.
    names: tuple
    #: Of raw outputs and of the pyramid, in the two golden files.
    atol: tuple
    #: Our name of a setting -> the reference's.
    settings: dict


def method_of(name: str, host: hosts.Host) -> Method:
    """What a line of tests/hosts.py gives."""
    own = hosts.method(name)
    return Method(
        name, CONVERTERS[own],
        import_module(f'mmbapg.apis.converters.{own}').RULES,
        hosts.config_for(name, 'thumos14-i3d'), host.outputs,
        ('cls', 'reg', 'start', 'end')[:len(host.outputs._fields)],
        host.atol, {**SETTINGS, **host.settings})


#: Of all anchor-free hosts; one may have another name for a setting.
SETTINGS = {
    'max_seq_len': 'dataset.max_seq_len',
    'backbone.drop_path': 'train_cfg.droppath',
    'head.assigner.radius': 'train_cfg.center_sample_radius',
    'head.initial_normalizer': 'train_cfg.init_loss_norm',
    'head.point_generator.regression_ranges': 'model.regression_range',
    **{f'head.post_processor.{ours}': f'test_cfg.{theirs}'
       for ours, theirs in (
           ('pre_nms_topk', 'pre_nms_topk'),
           ('score_threshold', 'pre_nms_thresh'),
           ('min_length', 'duration_thresh'), ('nms.sigma', 'nms_sigma'),
           ('nms.max_per_video', 'max_seg_num'),
           ('nms.min_score', 'min_score'))}}

METHODS = {hosts.method(name): method_of(name, host)
           for name, host in hosts.ANCHOR_FREE_HOSTS.items()}


def value_of(tree: dict, name: str):
    """Of a dotted name, as JSON has it; ``None`` if it is not there."""
    for part in name.split('.'):
        tree = tree.get(part) if isinstance(tree, dict) else None
    return json.loads(json.dumps(tree))


class Reference:
    """A golden file, and our model with its weights."""

    def __init__(self, name, suffix, folder):
        self.method = METHODS[name]
        self.atol = self.method.atol[bool(suffix)]
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

    @cached_property
    def evaluated(self):
        """Pyramid, masks and raw outputs of video 1."""
        model = self.model.eval()
        with torch.no_grad():
            feats, masks = model.extract_feat([self.video(1)[0]])
            return feats, masks, model.head(feats, masks)


def learn(reference):
    """One step; losses and normalizer are those of the reference."""
    numbers, model = reference.numbers, reference.model.train()
    for module in model.modules():
        if hasattr(module, 'drop_prob'):
            module.drop_prob = 0.0
    features, samples = zip(*map(reference.video, (1, 2)))
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


def gradient_names(reference, left_out=()):
    """Reference key -> name of our parameter, of all that learns."""
    keys = map(str, reference.numbers['grad_keys'])
    names = rename(dict.fromkeys(key for key in keys if key not in left_out),
                   reference.method.rules)
    assert set(names.values()) == {
        name for name, _ in reference.model.named_parameters()}
    return names


def gradient_errors(reference, names):
    """Relative errors of norm and direction.

    Args:
        reference: After a backward pass.
        names: Reference key -> name of our parameter.

    Yields:
        tuple: Key, error of the norm, error of the product with noise.
    """
    numbers = reference.numbers
    parameters = dict(reference.model.named_parameters())
    shapes = golden.shapes(numbers)
    largest = numbers['grad_norm'].max()
    for key, norm, dot in zip(map(str, numbers['grad_keys']),
                              numbers['grad_norm'], numbers['grad_dot']):
        if key not in names:
            continue
        gradient = parameters[names[key]].grad.double().numpy().reshape(
            shapes[key])
        scale = norm + 1e-4 * largest
        found = (gradient * golden.noise(f'grad:{key}', shapes[key])).sum()
        yield (key, abs(np.sqrt((gradient**2).sum()) - norm) / scale,
               abs(found - dot) / scale)


def targets_of(reference, number):
    """Targets of a video, and which points are positive."""
    lengths = [int(length) for length in reference.numbers['level_len']]
    # which points are positive does not depend on what is predicted
    outputs = reference.method.outputs(
        *([torch.zeros(1, length, width) for length in lengths]
          for _, width in zip(reference.method.names, (20, 2, 20, 20))))
    features, sample = reference.video(number)
    targets, = reference.model.head._assign(outputs, [(
        sample.grid.to_steps(sample.gt_instances.segments).float(),
        sample.gt_instances.labels)])
    valid = torch.cat([
        (torch.arange(lengths[0]) < features.shape[1])[::2**level]
        for level in LEVELS
    ])
    return targets, (targets.classes.sum(dim=1) > 0) & valid
