"""Self-attention over time, global or within a sliding window."""
from typing import Optional, Tuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .conv import Conv1d
from .masked_conv import MaskedConv1d
from .norm import ChannelLayerNorm

#: Queries that share one dense product in windowed attention.
QUERY_BLOCK = 64


class ConvAttention(nn.Module):
    """Multi-head attention whose queries, keys and values are convolutions.

    ActionFormer (https://arxiv.org/abs/2202.07925), Sec. 3.2: a depthwise
    convolution, which also does the downsampling, then normalization and a
    linear projection for each of the three.

    Args:
        channels: Width.
        num_heads: Number of heads.
        stride: Downsampling of queries, keys and values alike.
        window: Width of the sliding window; a query sees ``window // 2`` keys
            on either side. ``None`` attends to the whole sequence.
        attn_drop: Dropout of attention weights.
        proj_drop: Dropout of the output.
        relative_position: Within a window, each head learns what to add to
            the products of queries and keys, by how far apart they are.
    """

    def __init__(self,
                 channels: int,
                 num_heads: int,
                 stride: int = 1,
                 window: Optional[int] = None,
                 attn_drop: float = 0.0,
                 proj_drop: float = 0.0,
                 relative_position: bool = False) -> None:
        super().__init__()
        self.num_heads = num_heads
        self.window = window
        self.attn_drop = attn_drop
        for name in ('query', 'key', 'value'):
            # kernel 3 for stride 1 and 2 alike
            conv = MaskedConv1d(
                channels, channels, 3, stride, groups=channels, bias=False)
            self.add_module(f'{name}_conv', conv)
            self.add_module(f'{name}_norm', ChannelLayerNorm(channels))
            self.add_module(f'{name}_proj', Conv1d(channels, channels, 1))
        # by this name optimizers know what not to decay
        self.bias: Optional[nn.Parameter] = None
        if relative_position and window is not None:
            self.bias = nn.Parameter(
                torch.empty(num_heads, 2 * (window // 2) + 1))
            nn.init.trunc_normal_(self.bias, std=(2 / channels)**0.5)
        self.out_proj = Conv1d(channels, channels, 1)
        self.out_drop = nn.Dropout(proj_drop)

    def forward(self, x: Tensor, mask: Tensor) -> Tuple[Tensor, Tensor]:
        """Attend.

        Args:
            x: ``(B, C, T)`` features.
            mask: ``(B, 1, T)`` bool, true at valid steps.

        Returns:
            tuple: ``(B, C, T / stride)`` features, zero at invalid steps, and
            their mask.
        """
        query, out_mask = self._project('query', x, mask)
        key, _ = self._project('key', x, mask)
        value, _ = self._project('value', x, mask)
        drop = self.attn_drop if self.training else 0.0
        if self.window is None:
            out = F.scaled_dot_product_attention(
                query, key, value, out_mask[:, None], dropout_p=drop)
        else:
            out = windowed_attention(query, key, value, out_mask[:, 0],
                                     self.window // 2, drop,
                                     self.bias)
        out = out.transpose(1, 2).flatten(2).transpose(1, 2)
        return self.out_drop(self.out_proj(out)) * out_mask, out_mask

    def _project(self, name: str, x: Tensor,
                 mask: Tensor) -> Tuple[Tensor, Tensor]:
        x, mask = getattr(self, f'{name}_conv')(x, mask)
        x = getattr(self, f'{name}_norm')(x)
        x = getattr(self, f'{name}_proj')(x)
        return x.unflatten(1, (self.num_heads, -1)).transpose(2, 3), mask


def windowed_attention(query: Tensor,
                       key: Tensor,
                       value: Tensor,
                       valid: Tensor,
                       reach: int,
                       dropout: float = 0.0,
                       bias: Optional[Tensor] = None) -> Tensor:
    """Attention in which step ``i`` sees the valid steps ``i ± reach``.

    The sequence is cut into blocks of queries, and each block meets the keys
    it can reach in one dense product: time and memory are O(T).

    Args:
        query, key, value: ``(B, heads, T, D)``.
        valid: ``(B, T)`` bool. Invalid queries get zeros.
        reach: Steps seen on either side.
        dropout: Dropout of the attention weights.
        bias: ``(heads, 2 * reach + 1)``, added to the scaled products of a
            query and the keys from ``reach`` steps before to as many after.

    Returns:
        ``(B, heads, T, D)``.
    """
    batch, heads, length, depth = query.shape
    # a graph for export, traced once, has one size of blocks for all lengths
    block = QUERY_BLOCK if torch.jit.is_tracing() else min(QUERY_BLOCK, length)
    tail = -length % block
    span = block + 2 * reach

    def blocks(x: Tensor, before: int, width: int) -> Tensor:
        x = F.pad(x, (0, 0, before, before + tail))
        x = x.unfold(2, width, block)  # (B, heads, blocks, D, width)
        return x.permute(0, 2, 1, 4, 3).flatten(0, 1)

    key_valid = F.pad(valid, (reach, reach + tail)).unfold(1, span, block)
    position = torch.arange(span, device=query.device)
    offset = position - position[:block, None]
    in_band = (offset >= 0) & (offset <= 2 * reach)
    # Every query may see itself, else a softmax over nothing would be NaN.
    visible = in_band & (key_valid[:, :, None] | (offset == reach))
    mask = visible.flatten(0, 1)[:, None]  # (B * blocks, 1, block, span)
    if bias is not None:
        added = bias[:, offset.clamp(0, 2 * reach)].to(query.dtype)
        mask = added.where(mask, -torch.inf)
    out = F.scaled_dot_product_attention(
        blocks(query, 0, block), blocks(key, reach, span),
        blocks(value, reach, span), mask, dropout_p=dropout)
    out = out.unflatten(0, (batch, -1)).transpose(1, 2).flatten(2, 3)
    return out[:, :, :length] * valid[:, None, :, None]
