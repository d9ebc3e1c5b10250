"""Boundary max pooling, in plain PyTorch."""
from typing import Tuple

import torch
from torch import Tensor


def boundary_max_pooling(features: Tensor, segments: Tensor) -> Tensor:
    """The largest value around the start, and around the end, of segments.

    AFSD (https://arxiv.org/abs/2103.13137), Eq. 4. The first half of the
    channels is pooled over the region of the start, the second half over that
    of the end. A region holds its first and its last step and all between.
    Both are truncated toward zero and then moved into the sequence; a region
    that ends before it begins is its first step.

    The maxima of the ranges of 1, 2, 4, ... steps are found once, and those of
    a region are the larger of two of them, so that the time does not depend
    on how long regions are.

    The gradient goes to the first step that holds the maximum. The CUDA
    operator of AFSD has the same output, but hands gradients to other steps
    wherever the number of segments is not the length of the sequence.

    Args:
        features: ``(B, C, T)``, ``C`` even.
        segments: ``(B, N, 4)`` first and last step of the region of the start,
            and of the region of the end. They get no gradient.

    Returns:
        ``(B, C, N)``.

    Raises:
        ValueError: If the shapes are others.

    Example:
        >>> features = torch.tensor([[[3., 1., 2.], [3., 1., 2.]]])
        >>> segments = torch.tensor([[[0., 1., 1., 2.], [1., 9., 1.9, 0.]]])
        >>> boundary_max_pooling(features, segments)
        tensor([[[3., 2.],
                 [2., 1.]]])
    """
    batch, channels, length = features.shape
    if channels % 2 or segments.ndim != 3 or segments.shape[::2] != (batch, 4):
        raise ValueError(
            f'found features of shape {tuple(features.shape)} and segments of '
            f'shape {tuple(segments.shape)}, expected (B, C, T) with an even '
            'C, and (B, N, 4)')
    # starts and ends as sequences of their own, (2B, T, C / 2)
    halves = features.unflatten(1, (2, -1)).transpose(2, 3).flatten(0, 1)
    first, last = _steps(segments, length)
    pooled = _range_max(halves, first, last)
    return pooled.unflatten(0, (batch, 2)).transpose(2, 3).flatten(1, 2)


def _steps(segments: Tensor, length: int) -> Tuple[Tensor, Tensor]:
    """First and last step of the regions, ``(2B, N)`` each."""
    # clamped once before, as numbers beyond all integers have no defined one
    steps = segments.detach().clamp(-1, length).long().clamp(0, length - 1)
    first, last = steps.unflatten(2, (2, 2)).unbind(dim=3)
    first, last = (each.transpose(1, 2).flatten(0, 1)
                   for each in (first, last))
    return first, torch.maximum(first, last)


def _range_max(x: Tensor, first: Tensor, last: Tensor) -> Tensor:
    """Maxima of ``(S, T, C)`` over ranges of steps ``(S, N)``: ``(S, N, C)``.
    """
    number, length, channels = x.shape
    table = _table(x.detach())
    # the largest power of 2 that is not longer than the range
    level = torch.frexp((last - first + 1).float()).exponent.long() - 1
    sequence = torch.arange(number, device=x.device)[:, None]
    row = (level * number + sequence) * length

    def look_up(step: Tensor) -> Tensor:
        rows = table.flatten(0, 2).index_select(0, (row + step).flatten())
        return rows.view(*step.shape, channels)

    second = last + 1 - (1 << level)
    value, other = look_up(first), look_up(second)
    largest = torch.maximum(value, other)
    if not (x.requires_grad and torch.is_grad_enabled()):
        return largest
    begin = torch.where(value == largest, first[..., None], second[..., None])
    return x.gather(1, _first_place(table, largest, begin, level))


def _table(x: Tensor) -> Tensor:
    """Maxima of all ranges of 1, 2, 4, ... steps, ``(K, S, T, C)``, by the
    first step; of a range that would end beyond the sequence, anything."""
    length = x.shape[1]
    table = x.new_empty(length.bit_length(), *x.shape)
    table[0] = x
    for level in range(1, len(table)):
        reach = 1 << (level - 1)
        shorter = table[level - 1]
        torch.maximum(shorter[:, :-reach], shorter[:, reach:],
                      out=table[level, :, :-reach])
    return table


def _first_place(table: Tensor, largest: Tensor, begin: Tensor,
                 level: Tensor) -> Tensor:
    """Where ranges have their maximum.

    Args:
        table: See :func:`_table`.
        largest: ``(S, N, C)`` maxima.
        begin: ``(S, N, C)`` first steps of ranges that hold them.
        level: ``(S, N)`` binary logarithm of the ranges' lengths.

    Returns:
        ``(S, N, C)`` the first step that holds the maximum.
    """
    place = begin.contiguous()
    for half in range(len(table) - 2, -1, -1):
        # the second half of the range, if the maximum is not in the first
        missed = table[half].gather(1, place) != largest
        missed &= (level > half)[..., None]
        place = place + (missed << half)
    return place
