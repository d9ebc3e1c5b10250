"""Averages of maps over parts of a frame."""
from typing import List

import torch
from torch import Tensor


def mean_over_parts(maps: Tensor, grid: int = 1) -> Tensor:
    """Average over each of ``grid`` x ``grid`` parts of a map.

    Args:
        maps: ``(..., H, W)``.
        grid: Parts in a row and in a column.

    Returns:
        ``(..., grid * grid)``, row by row.
    """
    return torch.stack(
        [part.mean(dim=(-2, -1)) for rows in _parts(maps, -2, grid)
         for part in _parts(rows, -1, grid)], dim=-1)


def _parts(maps: Tensor, dim: int, number: int) -> List[Tensor]:
    """Parts of equal size along a dimension, which share a row if need be: as
    ``adaptive_avg_pool2d`` cuts, whose gradient is not deterministic."""
    size = maps.shape[dim]
    edges = [(part * size // number, -(-(part + 1) * size // number))
             for part in range(number)]
    return [maps.narrow(dim, first, last - first) for first, last in edges]
