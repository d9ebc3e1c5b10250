"""From change points to regions and proposals, in frames."""
from typing import List, Sequence

import torch
from torch import Tensor

from .unit_vectors import on_exact_device, row_scales


def cut_into_regions(change_points: Tensor, num_frames: int) -> Tensor:
    """Regions ``[start, end)`` ``(m + 1, 2)`` between ``m`` change points.

    Example:
        >>> cut_into_regions(torch.tensor([3, 5]), num_frames=9).tolist()
        [[0, 3], [3, 5], [5, 9]]
    """
    edges = torch.cat([
        change_points.new_zeros(1), change_points,
        change_points.new_full((1, ), num_frames)
    ])
    return torch.stack([edges[:-1], edges[1:]], dim=1)


def merge_regions(regions: Tensor, max_merge: int) -> Tensor:
    """Regions, and the unions of up to ``max_merge`` neighbours.

    Args:
        regions: ``(R, 2)`` that follow each other.
        max_merge: 1 for the regions alone.

    Example:
        >>> merge_regions(torch.tensor([[0, 3], [3, 5], [5, 9]]), 2).tolist()
        [[0, 3], [3, 5], [5, 9], [0, 5], [3, 9]]
    """
    unions = [
        torch.stack([regions[:len(regions) - extra, 0], regions[extra:, 1]],
                    dim=1) for extra in range(min(max_merge, len(regions)))
    ]
    return torch.cat(unions)


def unique_regions(groups: Sequence[Tensor]) -> Tensor:
    """All regions of all groups, each once, in ascending order."""
    return torch.unique(torch.cat(list(groups)), dim=0)


def first_groups(groups: Sequence[Tensor]) -> Tensor:
    """The first group that each of :func:`unique_regions` is in.

    Args:
        groups: ``(R_k, 2)`` regions each.

    Returns:
        ``(R,)`` int64.

    Example:
        >>> halves = torch.tensor([[0, 3], [3, 6]])
        >>> first_groups([halves, torch.tensor([[0, 6], [3, 6]])])
        tensor([0, 1, 0])
    """
    unique, place = torch.unique(torch.cat(list(groups)), dim=0,
                                 return_inverse=True)
    group = torch.cat([torch.full_like(place[:len(regions)], index)
                       for index, regions in enumerate(groups)])
    return group.new_full((len(unique), ), len(groups)).scatter_reduce(
        0, place, group, 'amin')


@torch.no_grad()
def region_contrast(embeddings: Tensor, regions: Tensor) -> Tensor:
    """How much a region agrees with itself and differs from its surroundings.

    Mean similarity within the region, minus the mean similarity to as many
    frames before and after it (fewer at the ends of the video).

    Args:
        embeddings: ``(n, d)``.
        regions: ``(R, 2)`` int64 ``[start, end)``.

    Returns:
        ``(R,)`` float64 in [-1, 2].
    """
    embeddings, regions = map(on_exact_device, (embeddings, regions))
    start, end = regions[:, 0], regions[:, 1]
    length = end - start
    outer_start = (start - length).clamp(min=0)
    outer_end = (end + length).clamp(max=len(embeddings))
    # Only sums up to where a region or its surroundings end are needed.
    edges, place = torch.unique(
        torch.stack([start, end, outer_start, outer_end]), return_inverse=True)
    scales = row_scales(embeddings)
    parts = [scales[first:last] @ embeddings[first:last].double()
             for first, last in zip([0, *edges.tolist()], edges.tolist())]
    before = torch.stack(parts).cumsum(dim=0)[place]
    inside = before[1] - before[0]
    around = before[3] - before[2] - inside
    around_length = (outer_end - outer_start - length).clamp(min=1)
    within = inside.square().sum(dim=1) / length.square()
    return within - (inside * around).sum(dim=1) / (length * around_length)


def region_evidence(embeddings: Tensor, regions: Tensor) -> Tensor:
    """:func:`region_contrast` times the root of the length in frames.

    The more frames two means are of, the surer is their difference.

    Args:
        embeddings: ``(n, d)``.
        regions: ``(R, 2)`` int64 ``[start, end)``.

    Returns:
        ``(R,)`` float64.
    """
    length = regions[:, 1] - regions[:, 0]
    return region_contrast(embeddings, regions) * length.double().sqrt()


def segmentations_of(change_points: Tensor,
                     numbers: Sequence[int]) -> List[Tensor]:
    """Pick rows of ``ChangePoints.change_points``, without the padding.

    Args:
        change_points: ``(M, M)``, row ``m - 1`` holds ``m`` change points.
        numbers: Wanted numbers of change points; 0 gives an empty row.
    """
    return [change_points[number - 1, :number] if number else
            change_points.new_empty(0) for number in numbers]
