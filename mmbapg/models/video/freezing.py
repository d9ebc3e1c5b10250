"""What of a video network is trained."""
from contextlib import contextmanager
from typing import Iterable, Iterator, Sequence, Union

from mmcv.cnn.bricks import DropPath
from torch import nn
from torch.nn.modules.batchnorm import _NormBase

from mmbapg.errors import SettingError

#: Names of everything that is in an adapter.
ADAPTER = 'adapter'
#: ``nothing``, ``adapters``, ``everything``, or the beginnings of names.
Trained = Union[str, Sequence[str]]


class Freezing:
    """Says which parameters of a network are trained, and keeps the rest.

    Args:
        network: The network. Parameters that are frozen from here on need no
            gradient.
        trained: ``'nothing'``, ``'adapters'``, ``'everything'``, or a list of
            the parts that are trained, by the beginnings of their names, such
            as ``['layer4']`` or ``['blocks.10', 'blocks.11']``.
        frozen_norms: Normalization layers keep statistics and weights, also
            where what is around them is trained.

    Raises:
        SettingError: If nothing has such a name.
    """

    def __init__(self, network: nn.Module, trained: Trained,
                 frozen_norms: bool) -> None:
        self.trained = trained
        self.frozen_norms = frozen_norms
        names = [name for name, _ in network.named_parameters()]
        if isinstance(trained, str):
            kinds = dict(nothing=[], everything=names, adapters=[
                name for name in names if ADAPTER in name])
            if trained not in kinds:
                raise SettingError(
                    f'trained is {trained!r}, expected one of '
                    f'{", ".join(kinds)}, or a list of names')
            chosen = kinds[trained]
        else:
            chosen = [name for name in names if any(
                _begins(name, part) for part in trained)]
        unknown = [] if isinstance(trained, str) else [
            part for part in trained
            if not any(_begins(name, part) for name in names)]
        if unknown or (trained == 'adapters' and not chosen):
            raise SettingError(
                f'trained: found no {", ".join(unknown) or "adapters"} in '
                f'{type(network).__name__}, expected beginnings of its '
                f'names, of which the last is {names[-1]}')
        kept = {*chosen}
        for name, parameter in network.named_parameters():
            if name not in kept:
                parameter.requires_grad_(False)
        if frozen_norms:
            for norm in _norms(network):
                norm.requires_grad_(False)

    @property
    def nothing(self) -> bool:
        """Whether the network is only used."""
        return self.trained == 'nothing' or not len(self.trained)

    def evaluate(self, network: nn.Module) -> None:
        """Put what is frozen into evaluation mode.

        Beside adapters, stochastic depth of the frozen blocks stays active,
        as in AdaTAD's code.
        """
        for module in _frozen(network):
            if not (isinstance(module, DropPath) and
                    self.trained == 'adapters'):
                module.training = False
        if self.frozen_norms:
            for norm in _norms(network):
                norm.training = False


@contextmanager
def kept_statistics(network: nn.Module) -> Iterator[None]:
    """What is computed a second time for gradients does not count twice in
    the running statistics of batch normalization."""
    kept = []
    for module in network.modules():
        if isinstance(module, _NormBase) and module.training:
            number = module.num_batches_tracked
            if number is not None:  # it has running statistics
                kept.append((module, module.momentum, number, number.clone()))
                module.momentum = 0.0
    try:
        yield
    finally:
        for module, momentum, number, before in kept:
            module.momentum = momentum
            number.copy_(before)


def _begins(name: str, part: str) -> bool:
    return f'{name}.'.startswith(f'{part}.')


def _norms(network: nn.Module) -> Iterable[nn.Module]:
    kinds = (_NormBase, nn.LayerNorm, nn.GroupNorm)
    return (module for module in network.modules()
            if isinstance(module, kinds))


def _frozen(network: nn.Module) -> Iterator[nn.Module]:
    """Modules that hold nothing to train; those without any parameter are as
    what they stand in."""
    parameters = list(network.parameters())
    if parameters and not any(each.requires_grad for each in parameters):
        yield from network.modules()
        return
    for child in network.children():
        yield from _frozen(child)
