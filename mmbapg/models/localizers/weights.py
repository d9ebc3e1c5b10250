"""Whose weights a checkpoint holds: a host's, or those of a host with BAPG.

MMEngine loads what fits and logs the rest, so either could run with the
other's weights, and most of it untrained.
"""
from typing import Any, Iterable, Mapping, Optional

from mmengine.model import BaseTTAModel, is_model_wrapper
from torch import Tensor, nn

from mmbapg.errors import UserError

from .bapg import BAPG
from .end_to_end import VIDEO_NETWORK

_BY_DATA_PARALLEL = 'module.'
#: Parts of models that may take weights of another: a host with BAPG those of
#: the host, an extractor of clip features those of a recognizer, or of the
#: encoder of a boundary learner, a boundary probe those of a learner.
TAKE_WEIGHTS = ('localizer', 'video', 'learner')
_OF_LEARNER = 'encoder.'


class ForeignWeightsError(UserError, ValueError):
    """A checkpoint is not of this model; the message says of which it is."""


def inner_model(model: nn.Module) -> nn.Module:
    """A model without what shares it out over processes."""
    inner: Any = model
    while is_model_wrapper(inner) or isinstance(inner, BaseTTAModel):
        inner = inner.module
    return inner


def weights_of(checkpoint: Mapping) -> Mapping[str, Tensor]:
    """Weights of a checkpoint by the names that a model gives them."""
    weights = checkpoint.get('state_dict', checkpoint)
    return {name.removeprefix(_BY_DATA_PARALLEL): value
            for name, value in weights.items()}


def bapg_in(model: nn.Module) -> Optional[BAPG]:
    """BAPG in a model, be it the model or behind a video network."""
    found: Any = inner_model(model)
    while found is not None and not isinstance(found, BAPG):
        found = getattr(found, 'localizer', None)
    return found


def _of_localizer(names: Iterable[str]) -> Iterable[str]:
    """Names of what is behind a video network, if there is one, as if it were
    alone."""
    names = list(names)
    if not any(name.startswith(VIDEO_NETWORK) for name in names):
        return names
    return [name.removeprefix('localizer.') for name in names
            if name.startswith('localizer.')]


def holds_bapg(names: Iterable[str]) -> bool:
    """Whether weights of these names are those of a host with BAPG."""
    parts = {name.split('.')[0] for name in _of_localizer(names)}
    return {'localizer', 'neck'} <= parts


def refuse_foreign_weights(model: nn.Module, weights: Mapping,
                           strict: bool) -> None:
    """Refuse weights before any of them is loaded.

    Args:
        model: Any model.
        weights: Name -> weight.
        strict: All weights are asked for. Otherwise those of a host may go
            into :class:`BAPG`, as training starts from them.

    Raises:
        ForeignWeightsError: If a model without BAPG would take weights of a
            host with BAPG or, where ``strict``, the other way round; or a
            model of this package nothing at all.
    """
    model = inner_model(model)
    fused = bapg_in(model)
    weights, own = weights_of(weights), model.state_dict().keys()
    kind = type(model).__name__
    if holds_bapg(weights) and not holds_bapg(own):
        raise ForeignWeightsError(
            f'found weights of a host with BAPG, expected those of {kind} '
            'alone: the config that trained them has the field bapg, and this '
            'one has not (_base_/bapg/bapg.py adds it)')
    found = untrained_neck(fused, weights) if strict and fused else None
    if fused and found:
        raise ForeignWeightsError(expected_bapg(fused, found, 'here'))
    fits = own & weights.keys() or own & {
        f'{part}.{taken}' for name in weights for part in TAKE_WEIGHTS
        for taken in (name, name.removeprefix(_OF_LEARNER))}
    if own and not fits and type(model).__module__.startswith('mmbapg.'):
        raise ForeignWeightsError(
            f'found {len(weights)} weights ({", ".join(list(weights)[:3])}), '
            f'none of which belongs to {kind}, expected some of its '
            f'{len(own)} ({", ".join(list(own)[:3])})')


def untrained_neck(model: BAPG, weights: Mapping) -> Optional[str]:
    """What weights are of that leave the neck as it was initialized.

    Args:
        model: Of the config, or in its model.
        weights: Name -> weight, of the whole model.

    Returns:
        Words for a message; ``None`` if the whole neck is among the weights.
    """
    if any(name.startswith(VIDEO_NETWORK) for name in weights):
        weights = {name.removeprefix('localizer.'): value
                   for name, value in weights.items()}
    missing = [name for name, value in model.state_dict().items()
               if name.startswith('neck.') and (
                   name not in weights or
                   weights[name].shape != value.shape)]
    if not missing:
        return None
    if holds_bapg(weights):
        return (f'a host with BAPG and another neck ({missing[0]} is not '
                'among them, or of another shape)')
    return 'a host without BAPG'


def expected_bapg(model: nn.Module, found: str, purpose: str) -> str:
    """Message for weights that leave the neck as it was initialized.

    Args:
        model: Of the config.
        found: See :func:`untrained_neck`.
        purpose: Of the weights, such as ``to test``.
    """
    host, neck = (type(part).__name__
                  for part in (model.localizer, model.neck))
    return (f'found weights of {found}, expected those of {host} with BAPG '
            f"and its {neck} {purpose}; a training can start from a host's "
            '(load_from=...), and the config without bapg tests them')
