"""What joins networks that were trained one by one, in testing."""
from typing import Any, List, Sequence

from mmaction.structures import ActionDataSample
from torch import Tensor

from mmbapg.errors import SettingError

from .base import BaseLocalizer


class JoinedStreams(BaseLocalizer):
    """Streams that see parts of the channels of an input.

    A subclass makes ``streams``, a :class:`torch.nn.ModuleDict`, and
    ``channels``, those of the inputs of each in the same order.
    """

    #: What inputs are called.
    kind = 'features'
    takes_batches = False
    streams: Any
    channels: List[int]

    @property
    def first(self) -> Any:
        """The stream whose settings count."""
        return next(iter(self.streams.values()))

    @property
    def head(self) -> Any:
        """Of the first stream."""
        return self.first.head

    def loss(self, inputs: Sequence[Tensor],
             data_samples: List[ActionDataSample]) -> dict:
        """Refused.

        Raises:
            SettingError: Streams are trained one by one.
        """
        raise SettingError(
            f'{type(self).__name__} joins networks that are trained: train '
            'each stream with its own config, join their checkpoints '
            '(tools/join_streams.py), and test the result')

    def parts(self, features: Tensor) -> Sequence[Tensor]:
        """Channels ``(C, ...)`` of each stream.

        Raises:
            SettingError: If there are more channels, or fewer.
        """
        if len(features) != sum(self.channels):
            raise SettingError(
                f'found {self.kind} of {len(features)} channels, expected '
                f'{sum(self.channels)}: {", ".join(map(str, self.channels))} '
                f'of {", ".join(self.streams)}')
        return features.split(self.channels)

    def _check_class_count(self, *_) -> None:
        """Each stream checks its own weights."""
