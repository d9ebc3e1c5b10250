"""The transformer block of ActionFormer."""
from typing import Optional, Tuple

from torch import Tensor, nn

from .attention import ConvAttention
from .conv import Conv1d, MaxPool1d
from .drop_path import AffineDropPath
from .norm import ChannelLayerNorm


class ConvTransformerBlock(nn.Module):
    """Pre-norm transformer block that may halve the temporal resolution.

    ActionFormer (https://arxiv.org/abs/2202.07925), Eq. 3-4.

    Args:
        channels: Width.
        num_heads: Heads of the attention.
        expansion: Width of the hidden layer over ``channels``.
        stride: 1, or 2 to downsample in attention and skip connection.
        window: See :class:`ConvAttention`.
        drop_path: Stochastic depth of both branches.
        attn_drop: Dropout of attention weights.
        proj_drop: Dropout of the branches' outputs.
        relative_position: See :class:`ConvAttention`.
    """

    def __init__(self,
                 channels: int,
                 num_heads: int,
                 expansion: int = 4,
                 stride: int = 1,
                 window: Optional[int] = None,
                 drop_path: float = 0.0,
                 attn_drop: float = 0.0,
                 proj_drop: float = 0.0,
                 relative_position: bool = False) -> None:
        super().__init__()
        self.norm1 = ChannelLayerNorm(channels)
        self.attn = ConvAttention(channels, num_heads, stride, window,
                                  attn_drop, proj_drop, relative_position)
        self.skip = (
            nn.Identity() if stride == 1 else MaxPool1d(
                3, stride=stride, padding=1))
        self.drop_path_attn = AffineDropPath(channels, drop_path)
        self.norm2 = ChannelLayerNorm(channels)
        hidden = expansion * channels
        self.mlp = nn.Sequential(
            Conv1d(channels, hidden, 1), nn.GELU(), nn.Dropout(proj_drop),
            Conv1d(hidden, channels, 1), nn.Dropout(proj_drop))
        self.drop_path_mlp = AffineDropPath(channels, drop_path)

    def forward(self, x: Tensor, mask: Tensor) -> Tuple[Tensor, Tensor]:
        """``(B, C, T)`` and mask to ``(B, C, T / stride)`` and mask."""
        attended, mask_out = self.attn(self.norm1(x), mask)
        # The pooling of the skip connection sees zeros, not -inf, beyond the
        # last valid step, as in the reference.
        x = self.skip(x) * mask_out + self.drop_path_attn(attended)
        x = x + self.drop_path_mlp(self.mlp(self.norm2(x)) * mask_out)
        return x, mask_out
