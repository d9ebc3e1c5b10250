"""Positional encoding."""
import math

import torch
import torch.nn.functional as F
from torch import Tensor


def sinusoid_table(length: int, channels: int) -> Tensor:
    """Sinusoid encoding of Vaswani et al. 2017, ``(channels, length)``.

    Even channels hold sines and odd ones cosines. Divided by the root of
    ``channels``, as ActionFormer does before adding it to its features.
    """
    position = torch.arange(length, dtype=torch.float64)
    pair = torch.arange(channels) // 2
    angle = position / 10000**(2 * pair[:, None] / channels)
    even = torch.arange(channels)[:, None] % 2 == 0
    table = torch.where(even, angle.sin(), angle.cos())
    return (table / math.sqrt(channels)).float()


def stretch_table(table: Tensor, length: int) -> Tensor:
    """Cut a table to ``length``, or stretch it where it is too short."""
    if length <= table.shape[1]:
        return table[:, :length]
    return F.interpolate(
        table[None], length, mode='linear', align_corners=False)[0]
