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


def sine_encoding(mask: Tensor,
                  channels: int,
                  temperature: float = 10000.0) -> Tensor:
    """Sinusoid encoding of the share of a sequence that has gone by.

    That of DETR (https://arxiv.org/abs/2005.12872) along time, as in TadTR:
    the last valid step of every sequence lies at ``2 * pi``, however long the
    sequence is. Even channels hold sines and odd ones cosines.

    Args:
        mask: ``(B, 1, T)`` bool, true at valid steps.
        channels: Width of the encoding.
        temperature: Ratio of the longest wave to the shortest.

    Returns:
        ``(B, channels, T)``.
    """
    # of integers, whose sums PyTorch has a deterministic kernel for on GPUs
    gone_by = mask.cumsum(dim=2, dtype=torch.int32).float()
    gone_by = gone_by / (gone_by[:, :, -1:] + 1e-6) * (2 * math.pi)
    channel = torch.arange(channels, device=mask.device)[:, None]
    pair = (channel // 2).float()
    angle = gone_by / temperature**(2 * pair / channels)
    return torch.where(channel % 2 == 0, angle.sin(), angle.cos())


def stretch_table(table: Tensor, length: int) -> Tensor:
    """Cut a table to ``length``, or stretch it where it is too short."""
    if length <= table.shape[1]:
        return table[:, :length]
    return F.interpolate(
        table[None], length, mode='linear', align_corners=False)[0]
