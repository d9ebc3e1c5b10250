"""TensorFlow's "same" padding: ``ceil(length / stride)`` steps come out.

What a kernel needs beyond the input depends on the input's size, and where it
is odd, the one more zero comes last; PyTorch's ``padding`` can say neither.
"""
from typing import List, Sequence, Tuple

import torch.nn.functional as F
from torch import Tensor, nn


def same_padding(length: int, kernel_size: int,
                 stride: int) -> Tuple[int, int]:
    """Zeros before and after one axis.

    Example:
        >>> same_padding(96, kernel_size=7, stride=2)
        (2, 3)
        >>> same_padding(7, kernel_size=3, stride=2)
        (1, 1)
    """
    total = max(kernel_size - (length % stride or stride), 0)
    return total // 2, total - total // 2


def pad_same(x: Tensor, kernel_size: Sequence[int],
             stride: Sequence[int]) -> Tensor:
    """Zeros around the last axes, one for each number of ``kernel_size``."""
    pads: List[int] = []
    axes = zip(x.shape[-len(kernel_size):], kernel_size, stride)
    for length, size, step in reversed(list(axes)):
        pads += same_padding(length, size, step)
    return F.pad(x, pads) if any(pads) else x


class SameConv1d(nn.Conv1d):
    """``nn.Conv1d`` with this padding."""

    def forward(self, x: Tensor) -> Tensor:
        """``(B, C_in, T)`` to ``(B, C_out, ceil(T / stride))``."""
        return super().forward(pad_same(x, self.kernel_size, self.stride))


class SameConv3d(nn.Conv3d):
    """``nn.Conv3d`` with this padding.

    One of size 1 is a matrix product, which needs half of the time on a CPU if
    the channels of a place lie together in memory (channels-last).
    """

    def forward(self, x: Tensor) -> Tensor:
        """``(B, C_in, T, H, W)`` to ``(B, C_out, ceil(T / stride), ...)``."""
        if set(self.kernel_size) == set(self.stride) == {1}:
            return F.linear(x.movedim(1, -1), self.weight.flatten(1),
                            self.bias).movedim(-1, 1)
        return super().forward(pad_same(x, self.kernel_size, self.stride))


class SameMaxPool3d(nn.Module):
    """Max pooling with this padding, whose zeros count as values.

    First over space, then over time: PyTorch's pooling along two axes is
    several times as fast on a CPU as that along three.

    Args:
        kernel_size, stride: In time, height and width.
    """

    def __init__(self, kernel_size: Tuple[int, int, int],
                 stride: Tuple[int, int, int]) -> None:
        super().__init__()
        self.kernel_size = kernel_size
        self.stride = stride

    def forward(self, x: Tensor) -> Tensor:
        """``(B, C, T, H, W)`` to ``(B, C, ceil(T / stride), ...)``."""
        x = pad_same(x, self.kernel_size, self.stride).transpose(1, 2)
        frames = F.max_pool2d(x.flatten(0, 1), self.kernel_size[1:],
                              self.stride[1:])
        x = frames.unflatten(0, x.shape[:2]).transpose(1, 2)
        if self.kernel_size[0] == 1:
            return x
        size = x.shape[3:]
        return F.max_pool2d(x.flatten(3), (self.kernel_size[0], 1),
                            (self.stride[0], 1)).unflatten(3, size)
