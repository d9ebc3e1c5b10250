"""A nested U-Net along time."""
from typing import Tuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mmbapg.errors import SettingError

from .conv import Conv1d

#: A sequence is halved twice.
LENGTH_MULTIPLE = 4


class NestedUNet(nn.Module):
    """Encoder and decoder with dense skip connections (UNet++,
    https://arxiv.org/abs/1807.10165), as BSN++ draws it: three rows.

    Node ``(i, j)`` of row i, column j reads all nodes before it in its row
    and the node ``(i + 1, j - 1)`` below, upsampled; those of column 0 read
    the node above, pooled::

        x00 - x01 - x02     T
          x10 - x11         T / 2
            x20             T / 4

    Every node is a convolution over three steps, batch normalization and
    ReLU.

    Args:
        in_channels: Width of the input.
        channels: Of every node.
    """

    def __init__(self, in_channels: int, channels: int) -> None:
        super().__init__()
        self.channels = channels
        self.nodes = nn.ModuleDict({
            name: node(width, channels) for name, width in (
                ('x00', in_channels), ('x10', channels), ('x20', channels),
                ('x01', 2 * channels), ('x11', 2 * channels),
                ('x02', 3 * channels))})

    def forward(self, x: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
        """``(B, C, T)`` to the nodes of the first row, each ``(B, channels,
        T)``.

        Raises:
            SettingError: If T is no multiple of 4.
        """
        require_multiple(x.shape[2])
        x00 = self.nodes['x00'](x)
        x10 = self.nodes['x10'](F.max_pool1d(x00, 2))
        x01 = self._join('x01', x10, x00)
        x20 = self.nodes['x20'](F.max_pool1d(x10, 2))
        x11 = self._join('x11', x20, x10)
        return x00, x01, self._join('x02', x11, x00, x01)

    def _join(self, name: str, below: Tensor, *row: Tensor) -> Tensor:
        up = below[..., None].expand(-1, -1, -1, 2).flatten(2)
        return self.nodes[name](torch.cat([*row, up], dim=1))


def node(in_channels: int, channels: int) -> nn.Sequential:
    """A circle of the drawing."""
    return nn.Sequential(
        Conv1d(in_channels, channels, 3, padding=1),
        nn.BatchNorm1d(channels), nn.ReLU(inplace=True))


def require_multiple(num_steps: int) -> None:
    """Refuse sequences that cannot be halved twice.

    Raises:
        SettingError: Says so.
    """
    if num_steps % LENGTH_MULTIPLE:
        raise SettingError(
            f'found sequences of {num_steps} steps (window_size), expected a '
            f'multiple of {LENGTH_MULTIPLE}: the boundary generator halves '
            'them twice')
