"""Convolution along time and along a graph of like features."""
from typing import Optional

import torch
from torch import Tensor, nn

from mmbapg.ops import nearest_steps

from .conv import Conv1d


class GCNeXtBlock(nn.Module):
    """Block of G-TAD (https://arxiv.org/abs/1911.11462, Sec. 3.2).

    ``relu(x + temporal(x) + semantic(x))``: the first branch looks at the
    steps before and after, the second at those with the most similar
    features, which is a graph that changes with the features. Both are
    bottlenecks of grouped convolutions, as in ResNeXt. There is no
    normalization.

    Args:
        channels: Width of input and output.
        hidden_channels: Width of the bottlenecks.
        groups: Of their middle layers.
        num_neighbours: Of each step in the graph, itself included.
    """

    def __init__(self,
                 channels: int,
                 hidden_channels: int = 128,
                 groups: int = 32,
                 num_neighbours: int = 3) -> None:
        super().__init__()
        self.num_neighbours = num_neighbours
        self.temporal = bottleneck(channels, channels, hidden_channels,
                                   groups, 3)
        self.semantic = bottleneck(2 * channels, channels, hidden_channels,
                                   groups, 1)
        self.act = nn.ReLU()

    def forward(self, x: Tensor, graph: Optional[Tensor] = None) -> Tensor:
        """Apply both branches.

        Args:
            x: ``(B, C, T)``.
            graph: ``(B, T, K)`` neighbours in ``x``, if they are known.
        """
        if graph is None:
            graph = nearest_steps(x, self.num_neighbours)
        neighbours = gather_steps(x, graph)
        itself = x[..., None].expand_as(neighbours)
        edges = torch.cat([neighbours, itself], dim=1).flatten(2)
        along_graph = self.semantic(edges).unflatten(2, graph.shape[1:])
        return self.act(self.temporal(x) + x + along_graph.amax(dim=3))


def bottleneck(in_channels: int, out_channels: int, hidden_channels: int,
               groups: int, kernel_size: int) -> nn.Sequential:
    """Narrow, convolve in groups, widen."""
    return nn.Sequential(
        Conv1d(in_channels, hidden_channels, 1), nn.ReLU(inplace=True),
        nn.Conv1d(hidden_channels, hidden_channels, kernel_size,
                  padding=kernel_size // 2, groups=groups),
        nn.ReLU(inplace=True), Conv1d(hidden_channels, out_channels, 1))


def gather_steps(x: Tensor, steps: Tensor) -> Tensor:
    """Features of steps.

    Args:
        x: ``(B, C, T)``.
        steps: ``(B, ..., K)`` places along T.

    Returns:
        ``(B, C, ..., K)``.
    """
    index = steps.flatten(1)[:, None].expand(-1, x.shape[1], -1)
    return x.gather(2, index).unflatten(2, steps.shape[1:])
