"""The anchor-free localizers beside the golden numbers of their references."""
from functools import cached_property
from typing import Callable, NamedTuple

import numpy as np
import pytest
import torch
from mmaction.registry import MODELS
from mmaction.structures import ActionDataSample
from mmengine.runner import load_checkpoint
from mmengine.structures import InstanceData

import mmbapg  # noqa: F401
from mmbapg.apis.converters import actionformer, temporalmaxer, tridet
from mmbapg.apis.converters.common import rename
from mmbapg.models.heads.anchor_free_head import HeadOutputs
from mmbapg.models.heads.trident_head import TridentOutputs
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
    #: Of raw outputs and of the pyramid.
    atol: float = 2e-4


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

    def __init__(self, name, suffix, folder, method=None):
        self.method = method or METHODS[name]
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
