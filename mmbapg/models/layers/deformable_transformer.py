"""The transformer of TadTR (https://arxiv.org/abs/2106.10271)."""
from typing import Sequence, Tuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .deformable_attention import DeformableAttention
from .position import sine_encoding

#: Shares of a sequence are this far from 0 and 1 before their logit is taken.
LOGIT_EPS = 1e-5


class DeformableEncoder(nn.Module):
    """Refines a sequence, every step of which looks around itself.

    Args:
        channels: Width.
        num_layers: Number of layers.
        num_heads, num_points, feedforward_channels, dropout: See
            :class:`DeformableEncoderLayer`.
        temperature: See :func:`sine_encoding`.
    """

    def __init__(self,
                 channels: int,
                 num_layers: int = 4,
                 num_heads: int = 8,
                 num_points: int = 4,
                 feedforward_channels: int = 1024,
                 dropout: float = 0.1,
                 temperature: float = 10000.0) -> None:
        super().__init__()
        self.channels = channels
        self.temperature = temperature
        self.level_embed = nn.Parameter(torch.randn(channels))
        self.layers = nn.ModuleList(
            DeformableEncoderLayer(channels, num_heads, num_points,
                                   feedforward_channels, dropout)
            for _ in range(num_layers))

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """Encode.

        Args:
            x: ``(B, C, T)`` features.
            mask: ``(B, 1, T)`` bool, true at valid steps.

        Returns:
            ``(B, T, C)``.
        """
        position = sine_encoding(mask, self.channels, self.temperature)
        position = position.transpose(1, 2).to(self.level_embed)
        position = position + self.level_embed
        x = x.transpose(1, 2)
        length = x.shape[1]
        step = torch.arange(length, dtype=torch.float32, device=x.device)
        reference = ((step + 0.5) / length).view(1, -1, 1)
        for layer in self.layers:
            x = layer(x, position, reference, mask[:, 0])
        return x


class DeformableDecoder(nn.Module):
    """Learned queries become segments, refined from layer to layer.

    The first layer looks around a learned centre, every other one around the
    segment that the layer before it has found.

    Args:
        channels: Width.
        num_layers: Number of layers.
        num_queries: Number of queries.
        num_heads, num_points, feedforward_channels, dropout: See
            :class:`DeformableDecoderLayer`.
    """

    def __init__(self,
                 channels: int,
                 num_layers: int = 4,
                 num_queries: int = 40,
                 num_heads: int = 8,
                 num_points: int = 4,
                 feedforward_channels: int = 1024,
                 dropout: float = 0.1) -> None:
        super().__init__()
        # position and content of every query
        self.query_embed = nn.Embedding(num_queries, 2 * channels)
        self.reference_points = nn.Linear(channels, 1)
        nn.init.xavier_uniform_(self.reference_points.weight)
        nn.init.zeros_(self.reference_points.bias)
        self.layers = nn.ModuleList(
            DeformableDecoderLayer(channels, num_heads, num_points,
                                   feedforward_channels, dropout)
            for _ in range(num_layers))

    def forward(self, memory: Tensor, mask: Tensor,
                branches: Sequence[nn.Module]) -> Tuple[Tensor, Tensor]:
        """Decode.

        Args:
            memory: ``(B, T, C)`` the encoded sequence.
            mask: ``(B, 1, T)`` bool, true at valid steps.
            branches: Of each layer, what makes a refinement ``(B, Q, 2)`` of
                centre and width out of its queries.

        Returns:
            tuple: Of each layer, queries ``(L, B, Q, C)`` and segments
            ``(L, B, Q, 2)``, centre and width as shares of the valid steps.
        """
        mask = mask[:, 0]
        valid_ratio = mask.float().mean(dim=1).view(-1, 1, 1)
        position, x = self.query_embed.weight.expand(
            len(memory), -1, -1).chunk(2, dim=2)
        reference = self.reference_points(position).float().sigmoid()
        hidden, segments = [], []
        for layer, branch in zip(self.layers, branches):
            x = layer(x, position, reference * valid_ratio, memory, mask)
            segment = refine(reference, branch(x).float())
            hidden.append(x)
            segments.append(segment)
            reference = segment.detach()
        return torch.stack(hidden), torch.stack(segments)


def refine(reference: Tensor, refinement: Tensor) -> Tensor:
    """Move a segment, in the space of logits.

    Args:
        reference: ``(..., 1)`` centre, or ``(..., 2)`` centre and width, in
            [0, 1].
        refinement: ``(..., 2)`` what to add to the logits of both. That of
            the width is the logit itself where there is no width yet.

    Returns:
        ``(..., 2)`` centre and width in [0, 1].
    """
    logit = reference.logit(LOGIT_EPS)
    return (refinement + F.pad(logit, (0, 2 - logit.shape[-1]))).sigmoid()


class DeformableEncoderLayer(nn.Module):
    """Deformable self-attention and a perceptron, each normalized after.

    Args:
        channels: Width.
        num_heads, num_points: See :class:`DeformableAttention`.
        feedforward_channels: Width of the hidden layer of the perceptron.
        dropout: Of every branch and of the hidden layer.
    """

    def __init__(self, channels: int, num_heads: int, num_points: int,
                 feedforward_channels: int, dropout: float) -> None:
        super().__init__()
        self.self_attn = DeformableAttention(channels, num_heads, num_points)
        self.self_drop = nn.Dropout(dropout)
        self.self_norm = nn.LayerNorm(channels)
        self.ffn = feed_forward(channels, feedforward_channels, dropout)
        self.ffn_norm = nn.LayerNorm(channels)

    def forward(self, x: Tensor, position: Tensor, reference: Tensor,
                mask: Tensor) -> Tensor:
        """Refine a sequence.

        Args:
            x: ``(B, T, C)``.
            position: ``(B, T, C)``, what queries know of their place.
            reference, mask: See :class:`DeformableAttention`.
        """
        found = self.self_attn(x + position, reference, x, mask)
        x = self.self_norm(x + self.self_drop(found))
        return self.ffn_norm(x + self.ffn(x))


class DeformableDecoderLayer(nn.Module):
    """Attention among queries, deformable attention to a sequence, perceptron.

    Args:
        channels, num_heads, num_points, feedforward_channels, dropout: See
            :class:`DeformableEncoderLayer`.
    """

    def __init__(self, channels: int, num_heads: int, num_points: int,
                 feedforward_channels: int, dropout: float) -> None:
        super().__init__()
        self.self_attn = nn.MultiheadAttention(
            channels, num_heads, dropout, batch_first=True)
        nn.init.xavier_uniform_(self.self_attn.out_proj.weight)
        self.self_drop = nn.Dropout(dropout)
        self.self_norm = nn.LayerNorm(channels)
        self.cross_attn = DeformableAttention(channels, num_heads, num_points)
        self.cross_drop = nn.Dropout(dropout)
        self.cross_norm = nn.LayerNorm(channels)
        self.ffn = feed_forward(channels, feedforward_channels, dropout)
        self.ffn_norm = nn.LayerNorm(channels)

    def forward(self, x: Tensor, position: Tensor, reference: Tensor,
                memory: Tensor, mask: Tensor) -> Tensor:
        """Refine queries.

        Args:
            x: ``(B, Q, C)`` content of the queries.
            position: ``(B, Q, C)``, what tells them apart.
            reference, memory, mask: See :class:`DeformableAttention`.
        """
        query = x + position
        found, _ = self.self_attn(query, query, x, need_weights=False)
        x = self.self_norm(x + self.self_drop(found))
        found = self.cross_attn(x + position, reference, memory, mask)
        x = self.cross_norm(x + self.cross_drop(found))
        return self.ffn_norm(x + self.ffn(x))


def feed_forward(channels: int, hidden_channels: int,
                 dropout: float) -> nn.Sequential:
    """The perceptron of both layers."""
    widen = nn.Linear(channels, hidden_channels)
    narrow = nn.Linear(hidden_channels, channels)
    for linear in (widen, narrow):
        nn.init.xavier_uniform_(linear.weight)
    return nn.Sequential(widen, nn.ReLU(inplace=True), nn.Dropout(dropout),
                         narrow, nn.Dropout(dropout))
