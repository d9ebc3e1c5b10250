"""Maps of all proposals of a sequence: a row for each duration, a column for
each start.

Cell ``(d, i)`` stands for the proposal ``[i, i + d + 1]``, in steps of which
step ``i`` fills ``[i, i + 1]``. It is valid if it ends within the sequence:
``i + d < T``.
"""
from typing import Optional, Tuple

import torch
from torch import Tensor

from .iou import segment_iou


def valid_cells(num_durations: int, num_steps: int,
                device: Optional[torch.device] = None) -> Tensor:
    """``(D, T)`` bool: which cells end within the sequence.

    Example:
        >>> valid_cells(2, 3)
        tensor([[ True,  True,  True],
                [ True,  True, False]])
    """
    duration = torch.arange(num_durations, device=device)[:, None]
    start = torch.arange(num_steps, device=device)
    return start + duration < num_steps


def cell_segments(num_durations: int, num_steps: int,
                  device: Optional[torch.device] = None) -> Tensor:
    """``(D, T, 2)`` start and end of each cell in steps, valid or not."""
    duration = torch.arange(num_durations, device=device)[:, None]
    start = torch.arange(num_steps, device=device).expand(num_durations, -1)
    return torch.stack([start, start + duration + 1], dim=-1)


def iou_map(segments: Tensor, num_durations: int, num_steps: int) -> Tensor:
    """tIoU of each cell with its best segment.

    Args:
        segments: ``(G, 2)`` in steps.
        num_durations, num_steps: D and T.

    Returns:
        ``(D, T)``, in the precision of the segments; 0 without any.
    """
    if not len(segments):
        return segments.new_zeros(num_durations, num_steps)
    cells = cell_segments(num_durations, num_steps, segments.device)
    iou = segment_iou(cells.flatten(0, 1).to(segments), segments)
    return iou.amax(dim=1).view(num_durations, num_steps)


def overlap_with_steps(regions: Tensor, num_steps: int,
                       extent: Tuple[float, float]) -> Tensor:
    """How much of each step's extent the region that covers most of it covers.

    Args:
        regions: ``(G, 2)`` start and end in steps.
        num_steps: T.
        extent: What a step ``k`` extends over, ``[k + extent[0],
            k + extent[1]]``.

    Returns:
        ``(T,)``, in steps; 0 without regions.

    Example:
        >>> overlap_with_steps(torch.tensor([[0.5, 3.0]]), 4, (0, 1))
        tensor([0.5000, 1.0000, 1.0000, 0.0000])
    """
    if not len(regions):
        return regions.new_zeros(num_steps)
    step = torch.arange(num_steps, device=regions.device)[:, None]
    first, last = step + extent[0], step + extent[1]
    overlap = (torch.minimum(regions[:, 1], last.to(regions)) -
               torch.maximum(regions[:, 0], first.to(regions)))
    return overlap.clamp(min=0).amax(dim=1)
