"""Attention that looks at a few places of a sequence."""
import math

import torch
from torch import Tensor, nn

from mmbapg.errors import SettingError
from mmbapg.ops import deformable_sampling


class DeformableAttention(nn.Module):
    """Multi-head deformable attention along time.

    TadTR's temporal deformable attention (https://arxiv.org/abs/2106.10271):
    every head of a query samples the sequence at a few places around the
    query's reference and weighs what it finds there. Places and weights are
    linear in the query.

    Args:
        channels: Width.
        num_heads: Number of heads.
        num_points: Places that a head samples.
    """

    def __init__(self,
                 channels: int,
                 num_heads: int = 8,
                 num_points: int = 4) -> None:
        super().__init__()
        if channels % num_heads:
            raise SettingError(f'{channels} channels, expected a multiple of '
                               f'num_heads={num_heads}')
        self.num_heads = num_heads
        self.num_points = num_points
        places = num_heads * num_points
        self.sampling_offsets = nn.Linear(channels, places)
        self.attention_weights = nn.Linear(channels, places)
        self.value_proj = nn.Linear(channels, channels)
        self.output_proj = nn.Linear(channels, channels)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Heads look ahead, at the reference or back, 1, 2, ... steps far."""
        for linear in (self.value_proj, self.output_proj):
            nn.init.xavier_uniform_(linear.weight)
            nn.init.zeros_(linear.bias)
        nn.init.zeros_(self.attention_weights.weight)
        nn.init.zeros_(self.attention_weights.bias)
        nn.init.zeros_(self.sampling_offsets.weight)
        direction = (torch.arange(self.num_heads, dtype=torch.float32) *
                     (4 * math.pi / self.num_heads)).cos()
        reach = torch.arange(1, self.num_points + 1)
        with torch.no_grad():
            self.sampling_offsets.bias.copy_(
                (direction[:, None] * reach).flatten())

    def forward(self, query: Tensor, reference: Tensor, memory: Tensor,
                mask: Tensor) -> Tensor:
        """Attend.

        Args:
            query: ``(B, Q, C)``.
            reference: ``(B, Q, 1)`` centres, around which offsets count in
                steps, or ``(B, Q, 2)`` centres and widths, around which the
                offset ``num_points`` is half a width. Both are fractions of
                the padded sequence.
            memory: ``(B, T, C)`` the sequence.
            mask: ``(B, T)`` bool, true at valid steps; others read as zero.

        Returns:
            ``(B, Q, C)``.
        """
        heads = (self.num_heads, -1)
        values = self.value_proj(memory) * mask[..., None]
        weights = self.attention_weights(query).unflatten(2, heads)
        # in single precision under AMP too, as are the references
        offsets = self.sampling_offsets(query).float().unflatten(2, heads)
        if reference.shape[2] == 1:
            offsets = offsets / memory.shape[1]
        else:
            offsets = (offsets / self.num_points *
                       reference[..., None, 1:] * 0.5)
        sampled = deformable_sampling(
            values.unflatten(2, heads), reference[..., None, :1] + offsets,
            weights.softmax(dim=-1))
        return self.output_proj(sampled.flatten(2))
