"""Convolutions over sequences of different length in one batch."""
from typing import Tuple

from torch import Tensor, nn

from .conv import Conv1d, centred_padding
from .norm import ChannelLayerNorm


def downsample_mask(mask: Tensor, stride: int) -> Tensor:
    """Validity ``(B, 1, T)`` of every ``stride``-th step."""
    return mask[..., ::stride]


class MaskedConv1d(Conv1d):
    """Same-padded ``Conv1d`` whose output is zero at invalid steps."""

    def __init__(self,
                 in_channels: int,
                 out_channels: int,
                 kernel_size: int,
                 stride: int = 1,
                 groups: int = 1,
                 bias: bool = True) -> None:
        super().__init__(
            in_channels,
            out_channels,
            kernel_size,
            stride=stride,
            padding=centred_padding(kernel_size),
            groups=groups,
            bias=bias)
        if self.bias is not None:
            nn.init.zeros_(self.bias)

    def forward(  # type: ignore[override]
            self, x: Tensor, mask: Tensor) -> Tuple[Tensor, Tensor]:
        """Convolve.

        Args:
            x: ``(B, C_in, T)``; ``T`` must be a multiple of the stride.
            mask: ``(B, 1, T)`` bool, true at valid steps.

        Returns:
            tuple: ``(B, C_out, T / stride)`` features and their mask.
        """
        mask = downsample_mask(mask, self.stride[0])
        return super().forward(x) * mask, mask


class ConvTower(nn.Module):
    """Stack of masked convolution, layer normalization and ReLU.

    As in the references, the mask acts before the normalization, so that an
    invalid step leaves it as ``relu(bias)`` and not as zero. Of the steps that
    follow the last valid one, the next convolution sees this value.

    Args:
        in_channels: Width of the input.
        channels: Width of every layer.
        num_layers: Number of convolutions.
        kernel_size: Of every convolution.
        with_norm: Normalize; else the convolutions have a bias instead.
        norm_eps: Of the normalization; OpenTAD has 1e-6.
        mask_after_act: Mask once more after the ReLU, as OpenTAD does.
    """

    def __init__(self,
                 in_channels: int,
                 channels: int,
                 num_layers: int,
                 kernel_size: int = 3,
                 with_norm: bool = True,
                 norm_eps: float = 1e-5,
                 mask_after_act: bool = False) -> None:
        super().__init__()
        self.mask_after_act = mask_after_act
        widths = [in_channels] + [channels] * num_layers
        self.convs = nn.ModuleList(
            MaskedConv1d(width, channels, kernel_size, bias=not with_norm)
            for width in widths[:-1])
        self.norms = nn.ModuleList(
            ChannelLayerNorm(channels, eps=norm_eps)
            if with_norm else nn.Identity() for _ in range(num_layers))
        # not in place: autograd copies gradients of what changed in a view
        self.act = nn.ReLU()

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """``(B, C_in, T)`` features to ``(B, C, T)``."""
        for conv, norm in zip(self.convs, self.norms):
            x = self.act(norm(conv(x, mask)[0]))
            if self.mask_after_act:
                x = x * mask
        return x
