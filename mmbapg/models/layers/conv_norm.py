"""Convolution, group normalization and ReLU."""
from typing import cast

from torch import Tensor, nn

from .conv import Conv1d, GroupNorm
from .same_padding import SameConv1d


class ConvNorm(nn.Sequential):
    """A layer of AFSD, with TensorFlow's "same" padding.

    Args:
        in_channels, channels: Widths.
        kernel_size, stride: Of the convolution.
        num_groups: Of the normalization.
    """

    def __init__(self,
                 in_channels: int,
                 channels: int,
                 kernel_size: int = 1,
                 stride: int = 1,
                 num_groups: int = 32) -> None:
        super().__init__(
            same_conv(in_channels, channels, kernel_size, stride),
            GroupNorm(num_groups, channels),
            # not in place: autograd copies gradients of what changed in a view
            nn.ReLU())


def same_conv(in_channels: int, channels: int, kernel_size: int = 1,
              stride: int = 1) -> nn.Conv1d:
    """Convolution with this padding and AFSD's initial weights."""
    conv: nn.Conv1d
    if stride == 1:
        conv = Conv1d(in_channels, channels, kernel_size,
                      padding=kernel_size // 2)
    else:
        conv = SameConv1d(in_channels, channels, kernel_size, stride)
    start_evenly(conv)
    return conv


def start_evenly(conv: nn.Module) -> None:
    """Glorot's uniform weights, and no bias."""
    nn.init.xavier_uniform_(cast(Tensor, conv.weight))
    nn.init.zeros_(cast(Tensor, conv.bias))
