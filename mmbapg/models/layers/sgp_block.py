"""The blocks of TriDet and DyFADet."""
from typing import Optional, Tuple

from torch import Tensor, nn

from .conv import Conv1d, GroupNorm, MaxPool1d, centred_padding
from .drop_path import AffineDropPath
from .masked_conv import downsample_mask
from .norm import ChannelLayerNorm


class SGPBlock(nn.Module):
    """Scalable-granularity perception.

    TriDet (https://arxiv.org/abs/2303.07347), Sec. 3.2, Eq. 2-4. An
    instant-level branch, scaled by the mean of the whole sequence, and a
    window-level branch with a small and a large kernel take the place of
    self-attention. As in the reference, the mean and the group normalization
    run over padded steps too, and neither branch is masked: results depend
    on how far a sequence is padded.

    Args:
        channels: Width.
        hidden_channels: Width of the perceptron's hidden layer.
        window: Small kernel ``w``, an odd number.
        k: The large kernel has ``round((w + 1) * k)`` steps, one more if that
            is even.
        stride: 1, or 2 to halve the resolution by max pooling first.
        num_groups: Of the group normalization.
        drop_path: Stochastic depth of both residual branches; ``None`` leaves
            out their learned scales too.
        init_std: Deviation of the initial depthwise kernels.
    """

    def __init__(self,
                 channels: int,
                 hidden_channels: int,
                 window: int = 1,
                 k: float = 5,
                 stride: int = 1,
                 num_groups: int = 16,
                 drop_path: Optional[float] = None,
                 init_std: float = 0.0) -> None:
        super().__init__()
        self.stride = stride
        self.init_std = init_std
        large = round((window + 1) * k)
        large += large % 2 == 0

        def depthwise(size: int) -> Conv1d:
            return Conv1d(
                channels, channels, size,
                padding=centred_padding(size, 'window'), groups=channels)

        def scale() -> nn.Module:
            if drop_path is None:
                return nn.Identity()
            return AffineDropPath(channels, drop_path)

        self.pool = (
            nn.Identity() if stride == 1 else MaxPool1d(
                3, stride=stride, padding=1))
        self.norm1 = ChannelLayerNorm(channels)
        self.instant = depthwise(1)
        self.instant_gate = depthwise(1)
        self.window_small = depthwise(window)
        self.window_large = depthwise(large)
        self.window_gate = depthwise(window)
        self.drop_path_sgp = scale()
        self.norm2 = GroupNorm(num_groups, channels)
        self.mlp = nn.Sequential(
            Conv1d(channels, hidden_channels, 1), nn.GELU(),
            Conv1d(hidden_channels, channels, 1))
        self.drop_path_mlp = scale()
        self.init_kernels()

    def init_kernels(self) -> None:
        """Draw the depthwise kernels with ``init_std``; no biases."""
        for conv in (self.instant, self.instant_gate, self.window_small,
                     self.window_large, self.window_gate):
            nn.init.normal_(conv.weight, std=self.init_std)
            if conv.bias is not None:
                nn.init.zeros_(conv.bias)

    def forward(self, x: Tensor, mask: Tensor) -> Tuple[Tensor, Tensor]:
        """``(B, C, T)`` and mask to ``(B, C, T / stride)`` and mask."""
        x = self.pool(x)
        mask = downsample_mask(mask, self.stride)
        out = self.norm1(x)
        gate = self.instant_gate(out.mean(dim=-1, keepdim=True)).relu()
        out = (self.instant(out) * gate +
               self._window(out) * self.window_gate(out) + out)
        x = x * mask + self.drop_path_sgp(out)
        x = x + self.drop_path_mlp(self.mlp(self.norm2(x)))
        return x, mask

    def _window(self, x: Tensor) -> Tensor:
        """Both windows together; ``(B, C, T)`` to the same shape."""
        return self.window_small(x) + self.window_large(x)


class DynEBlock(SGPBlock):
    """The block of DyFADet's encoder (https://arxiv.org/abs/2407.03197): that
    of TriDet, whose two windows pass together through one ReLU."""

    def _window(self, x: Tensor) -> Tensor:
        """Both windows together; ``(B, C, T)`` to the same shape."""
        return super()._window(x).relu()
