"""Whether a model keeps the contract of a localizer, see
:mod:`mmbapg.models.localizers.contract`.

For the author of a new host, who calls :func:`check_localizer` in a test.
"""
import copy
from typing import Callable, List, NamedTuple, Optional, Sequence, Tuple

import torch
from mmaction.registry import MODELS
from mmaction.structures import ActionDataSample
from mmengine.model import BaseModel
from mmengine.registry import DefaultScope
from mmengine.runner.checkpoint import load_state_dict
from mmengine.structures import InstanceData
from torch import Tensor, nn
from torch.utils._pytree import tree_leaves

from mmbapg.models.localizers.base import BaseLocalizer
from mmbapg.models.localizers.contract import (
    ContractError,
    feature_channels,
    num_predicted_classes,
    training_length,
)

from .blank_videos import blank_sample

Batch = Tuple[Sequence[Tensor], List[ActionDataSample]]

#: Seconds from one step of made-up features to the next: a localizer that
#: mistakes steps for seconds shows.
INTERVAL = 0.25
#: BAPG's settings in the checks; the folder is never looked into.
CLUSTERING = dict(type='TemporalSimilarityClustering', embeddings='none')


class Case(NamedTuple):
    """What the checks look at.

    Attributes:
        cfg: Config of the model.
        model: Built, with weights that were drawn.
        training, testing: Batches.
    """
    cfg: dict
    model: BaseModel
    training: Batch
    testing: Batch


def check_localizer(cfg: dict,
                    training: Optional[Batch] = None,
                    testing: Optional[Batch] = None) -> List[str]:
    """Check that a localizer does what the rest of the package relies on.

    A host of this package, one that inherits from
    :class:`mmbapg.models.localizers.base.BaseLocalizer`, is put through all
    checks, any other through those that do not depend on how it packs data.

    Args:
        cfg: Config of the model. Small ones are checked sooner: a few
            channels, and some dozen steps of ``max_seq_len``.
        training, testing: Features ``(C, T_i)`` and data samples. By default
            made-up videos, packed as :class:`PackFeatures` does.

    Returns:
        What was checked, a sentence each.

    Raises:
        ContractError: With a sentence on the first thing that does not hold.
    """
    with DefaultScope.overwrite_default_scope('mmaction'):
        model = MODELS.build(copy.deepcopy(cfg))
        length, channels = training_length(cfg), feature_channels(cfg)
        number = num_predicted_classes(model) or 1
        case = Case(
            cfg, model,
            training or _made_up([length, length // 2 + 1], channels, number),
            testing or _made_up([length, length // 2], channels, number))
        checks = list(OF_ALL)
        if isinstance(model, BaseLocalizer):
            checks += OF_OURS
        for check in checks:
            torch.manual_seed(0)
            check(case)
    return [f'{str(check.__doc__).split(".")[0]}.' for check in checks]


def losses_are_finite(case: Case) -> None:
    """Losses and gradients are finite, and some weights learn."""
    model = copy.deepcopy(case.model).train()
    _train(case, model, case.training)
    gradients = [each.grad for each in model.parameters()
                 if each.grad is not None]
    _require(case, any(each.any() for each in gradients),
             'no weight with a gradient', 'a loss that depends on weights')
    _require(case, all(each.isfinite().all() for each in gradients),
             'gradients that are not finite', 'finite ones')


def testing_changes_nothing(case: Case) -> None:
    """Testing twice gives the same, and changes neither inputs nor weights."""
    model = case.model.eval()
    told = [list(case.testing[0]), model.state_dict()]
    before = copy.deepcopy(told)
    first = _found(model, case.testing)
    _require(case, _equal(before, told),
             'inputs or weights changed by a test', 'the same as before')
    _require(case, _equal(first, _found(model, case.testing)),
             'other outputs in a second test', 'the same')


def weights_can_be_stored(case: Case) -> None:
    """A model with the stored weights finds the same."""
    other = MODELS.build(copy.deepcopy(case.cfg)).eval()
    other.load_state_dict(case.model.state_dict())
    _require(case, _equal(_found(case.model.eval(), case.testing),
                          _found(other, case.testing)),
             'other outputs after loading its own weights', 'the same')


def bapg_starts_as_the_host(case: Case) -> None:
    """With BAPG, before training, outputs are the same to the bit."""
    channels = feature_channels(case.cfg)
    fused = MODELS.build(dict(
        type='BAPG', localizer=copy.deepcopy(case.cfg),
        neck=dict(type='EvidenceFusionNeck', in_channels=channels,
                  num_strengths=8)))
    fused.load_state_dict(dict(case.model.state_dict()), strict=False)
    inputs, samples = case.testing
    samples = copy.deepcopy(samples)
    for features, sample in zip(inputs, samples):
        told = blank_sample(features.shape[-1], CLUSTERING)
        sample.regions = told.regions
        sample.boundary_strength = told.boundary_strength
        sample.class_evidence = told.class_evidence
    _require(case, _equal(_found(case.model.eval(), case.testing),
                          _found(fused.eval(), (inputs, samples))),
             'other outputs with a neck that adds nothing', 'the same')


def detections_are_in_order(case: Case) -> None:
    """Detections are in seconds, best first, and of known classes."""
    found = _found(case.model.eval(), case.testing)
    number = num_predicted_classes(case.model)
    for each, sample in zip(found, case.testing[1]):
        start, end = each.segments.unbind(dim=1)
        _require(case, len(each) > 0, 'no detection by an untrained model',
                 'some, so that the checks see something: lower the score '
                 'threshold, or raise prior_prob')
        # a window may reach beyond the end of a short video, and what TadTR
        # finds half a window out of it
        last = max(sample.duration, training_length(case.cfg) * INTERVAL)
        _require(case, bool((start >= -last / 2).all() and
                            (start <= end).all() and
                            (end <= 1.5 * last).all()),
                 f'segments from {float(start.min()):g} to '
                 f'{float(end.max()):g}', 'starts before ends, in seconds, '
                 f'within the video ({sample.duration:g} s)')
        _require(case, bool((each.scores.diff() <= 0).all()),
                 'scores that go up', 'the best detection first')
        _require(case, number is None or bool(
            ((each.labels >= 0) & (each.labels < number)).all()),
            'labels beyond the number of classes', f'0 to {number}')


def batches_change_nothing(case: Case) -> None:
    """A batch gives what its videos give one by one."""
    length = training_length(case.cfg)
    # Longer than in training, each is padded in another way alone; and what
    # starts at zero would hide what a block leaves there. Only a backbone is
    # drawn, if there is one: necks and heads of the references read, at the
    # end of a pyramid's last level, what their norms leave in padding.
    longer = _made_up([3 * length, 2 * length + 1], feature_channels(case.cfg),
                      num_predicted_classes(case.model) or 1)
    drawn = copy.deepcopy(case.model)
    draw_weights(getattr(drawn, 'backbone', drawn))
    for model, (inputs, samples), which in (
            (case.model.eval(), case.testing, ''),
            (drawn.eval(), longer, ' of videos longer than in training, with '
             'weights that were drawn')):
        together = _found(model, (inputs, samples))
        alone = [_found(model, ([features], [sample]))[0]
                 for features, sample in zip(inputs, samples)]
        close = [len(a.scores) == len(b.scores) and torch.allclose(
            a.scores, b.scores, atol=1e-4) and torch.allclose(
                a.segments, b.segments, atol=1e-3)
            for a, b in zip(together, alone)]
        _require(case, all(close), f'other detections in a batch{which}',
                 'those of each video alone')


def any_video_is_taken(case: Case) -> None:
    """Training takes videos without instances, testing longer ones."""
    model = copy.deepcopy(case.model).train()
    inputs = case.training[0]
    _train(case, model, (inputs, [
        blank_sample(features.shape[-1]) for features in inputs]))
    length = 3 * training_length(case.cfg) + 1
    _found(case.model.eval(), _made_up(
        [length], feature_channels(case.cfg),
        num_predicted_classes(case.model) or 1))


def other_classes_are_refused(case: Case) -> None:
    """Weights of another number of classes are refused."""
    weights = dict(case.model.state_dict())
    bias = weights[case.model.class_bias_key]
    weights[case.model.class_bias_key] = torch.cat([bias, bias[:1]])
    try:
        load_state_dict(copy.deepcopy(case.model), weights)
    except ValueError:
        return
    _require(case, False, 'weights of another number of classes loaded',
             'a ValueError')


#: Checks of any localizer that takes features in time.
OF_ALL: List[Callable[[Case], None]] = [
    losses_are_finite, testing_changes_nothing, weights_can_be_stored,
    bapg_starts_as_the_host]
#: Checks of hosts of this package.
OF_OURS: List[Callable[[Case], None]] = [
    detections_are_in_order, batches_change_nothing, any_video_is_taken,
    other_classes_are_refused]


def draw_weights(model: nn.Module) -> nn.Module:
    """The model, with normal noise on all that is trained: what starts at
    zero or one would hide mistakes."""
    for weight in model.parameters():
        nn.init.normal_(weight.data, float(weight.data.mean()),
                        0.05 + float(weight.data.std(correction=0)))
    return model


def _made_up(lengths: Sequence[int], channels: int,
             num_classes: int) -> Batch:
    """Two instances in each video; their classes raise a channel."""
    generator = torch.Generator().manual_seed(0)
    inputs, samples = [], []
    for length in lengths:
        features = torch.randn(channels, length, generator=generator)
        steps = torch.tensor([[0.1, 0.3], [0.5, 0.9]]) * length
        labels = torch.arange(2) % num_classes
        for (start, end), label in zip(steps.long(), labels):
            features[label % channels, start:end] += 2
        inputs.append(features)
        samples.append(blank_sample(
            length, instances=InstanceData(
                segments=steps * INTERVAL, labels=labels), interval=INTERVAL))
    return inputs, samples


def _train(case: Case, model: BaseModel, batch: Batch) -> None:
    losses = model(*copy.deepcopy(batch), mode='loss')
    _require(case, isinstance(losses, dict) and bool(losses),
             f'{type(losses).__name__} in mode loss', 'a dict of losses')
    total = model.parse_losses(losses)[0]
    _require(case, bool(total.isfinite()), f'a loss of {float(total):g}',
             'a finite one')
    total.backward()


@torch.no_grad()
def _found(model: BaseModel, batch: Batch) -> list:
    """What is found in each video, in a form that can be compared."""
    inputs, samples = batch
    found = model(list(inputs), copy.deepcopy(samples), mode='predict')
    return [each.pred_instances if hasattr(each, 'pred_instances') else each
            for each in found]


def _equal(ours, theirs) -> bool:
    pairs = list(zip(*map(_leaves, (ours, theirs)), strict=True))
    return all(torch.equal(a, b) if isinstance(a, Tensor) else a == b
               for a, b in pairs)


def _leaves(tree) -> list:
    return [torch.as_tensor(each) if hasattr(each, '__array__') else each
            for each in tree_leaves(_plain(tree))]


def _plain(tree):
    if isinstance(tree, (list, tuple)):
        return [_plain(each) for each in tree]
    return dict(tree.items()) if isinstance(tree, InstanceData) else tree


def _require(case: Case, holds: bool, found: str, expected: str) -> None:
    if not holds:
        raise ContractError(f'{type(case.model).__name__}: found {found}, '
                            f'expected {expected}')
