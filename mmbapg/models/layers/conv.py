"""Convolutions and pooling that keep the channels of a step together.

Features are ``(B, C, T)``, but a layer normalization and a projection work on
the channels of one step. Where these lie side by side in memory (PyTorch's
channels-last), no layer of a block has to copy its input. Every layer takes
both orders in memory; the results are the same.
"""
import torch
import torch.nn.functional as F
from torch import Tensor, nn


class Conv1d(nn.Conv1d):
    """``nn.Conv1d``; pointwise and depthwise ones give channels-last.

    Others work on sequences as ``nn.Conv1d`` does, as dense kernels learn
    slower channels-last on CPU.
    """

    def forward(self, x: Tensor) -> Tensor:
        """``(B, C_in, T)`` to ``(B, C_out, T_out)``."""
        pointwise = self.kernel_size == self.stride == (1, )
        if pointwise and self.groups == 1:
            return F.linear(x.transpose(1, 2), self.weight[..., 0],
                            self.bias).transpose(1, 2)
        if self.groups == self.in_channels == self.out_channels:
            return self._scale(x) if pointwise else self._depthwise(x)
        return super().forward(x)

    def _scale(self, x: Tensor) -> Tensor:
        scale = self.weight[..., 0]
        if self.bias is None:
            return scale * x
        return torch.addcmul(self.bias[:, None], scale, x)

    def _depthwise(self, x: Tensor) -> Tensor:
        # only images have a channels-last kernel
        image = F.conv2d(
            _channels_last(x)[:, :, None], self.weight[:, :, None], self.bias,
            (1, *self.stride), (0, *self.padding), (1, *self.dilation),
            self.groups)
        return image[:, :, 0]


class MaxPool1d(nn.MaxPool1d):
    """``nn.MaxPool1d`` that keeps the order in memory."""

    def forward(self, x: Tensor) -> Tensor:
        """``(B, C, T)`` to ``(B, C, T_out)``."""
        image = F.max_pool2d(x[:, :, None], (1, self.kernel_size),
                             (1, self.stride), (0, self.padding))
        return image[:, :, 0]


class GroupNorm(nn.GroupNorm):
    """``nn.GroupNorm`` that keeps the order in memory."""

    def forward(self, x: Tensor) -> Tensor:
        """``(B, C, T)`` to the same shape."""
        return super().forward(x[:, :, None])[:, :, 0]


def _channels_last(x: Tensor) -> Tensor:
    return x.transpose(1, 2).contiguous().transpose(1, 2)
