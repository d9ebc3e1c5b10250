"""Features of all proposals of a sequence, each sampled at a few places.

What is sampled for a cell of a proposal map (:mod:`.proposal_maps`) depends on
its place alone, and not on the features. So the places are found once, as a
sparse matrix: of ``T * R`` features, step by step and for each of R samples,
a cell of the map sums a few. BMN's matrix is full of zeros, 99 of 100.
"""
from functools import lru_cache
from typing import Iterable, List, NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor
from torch.autograd.function import once_differentiable

from .roi_align import bin_shares


class SamplingPlan(NamedTuple):
    """A sparse matrix, ``(D * T, T * R)``, row by row; and its transpose,
    which gradients need.

    ``columns`` and ``weights`` ``(N,)`` are those of all entries, and
    ``offsets`` ``(D * T + 1,)`` says where rows begin. ``rows``,
    ``back_weights`` and ``back_offsets`` ``(T * R + 1,)`` are the same of the
    transpose. Column ``t * R + r`` is sample r of step t.
    """
    columns: Tensor
    weights: Tensor
    offsets: Tensor
    rows: Tensor
    back_weights: Tensor
    back_offsets: Tensor


def sample_map(features: Tensor, plan: SamplingPlan) -> Tensor:
    """Sum for each cell of a map what belongs to it.

    Args:
        features: ``(B, T * R, C)``.
        plan: See above.

    Returns:
        ``(B, D * T, C)``, in the precision of the features.
    """
    return _SparseProduct.apply(features, *plan)


class _SparseProduct(torch.autograd.Function):
    """A sum of weighted rows is what an embedding bag is, which has a kernel
    on every device; autograd's own gradient of it is slow on CPU."""

    @staticmethod
    def forward(ctx, features: Tensor, *plan: Tensor) -> Tensor:
        ctx.save_for_backward(*plan)
        return _weighted_sums(features, *plan[:3])

    @staticmethod
    @once_differentiable
    def backward(ctx, grad: Tensor):
        plan = ctx.saved_tensors
        return (_weighted_sums(grad, *plan[3:]), *[None] * len(plan))


def _weighted_sums(features: Tensor, columns: Tensor, weights: Tensor,
                   offsets: Tensor) -> Tensor:
    # in single precision: a plan in half knows no place exactly
    return torch.stack([
        F.embedding_bag(columns, each.contiguous().float(), offsets,
                        mode='sum', per_sample_weights=weights.float(),
                        include_last_offset=True)
        for each in features]).to(features.dtype)


@lru_cache(8)
def alignment_plan(num_steps: int, num_durations: int, num_bins: int,
                   samples_per_bin: int = 0) -> SamplingPlan:
    """Sub-graph alignment (G-TAD, https://arxiv.org/abs/1911.11462, Sec. 3.3).

    A valid cell ``(d, i)`` is widened by half of ``d + 1`` steps on both
    sides and aligned by :func:`.roi_align.roi_align_1d`. An invalid cell
    holds what lies between the first two steps, as in the reference: wider
    convolutions see it.

    Args:
        num_steps, num_durations: T and D.
        num_bins: R.
        samples_per_bin: See :func:`.roi_align.roi_align_1d`.
    """
    start = torch.arange(num_steps, dtype=torch.float32, device='cpu')

    def row(duration: int) -> Tensor:
        reach = (duration + 1) / 2
        valid = start + duration < num_steps
        segments = torch.stack(
            [start - reach, start + duration + reach], dim=1) * valid[:, None]
        return bin_shares(segments[None], num_bins, num_steps,
                          samples_per_bin=samples_per_bin)[0]

    return _plan_of(map(row, range(num_durations)), num_steps * num_bins)


@lru_cache(8)
def boundary_matching_plan(num_steps: int, num_durations: int,
                           num_samples: int = 32, samples_per_bin: int = 3,
                           boundary_ratio: float = 0.5) -> SamplingPlan:
    """Boundary-matching sampling (BMN, https://arxiv.org/abs/1907.09702,
    Sec. 3.3), with the numbers of MMAction2's BMN.

    A valid cell ``(d, i)`` spans the steps i to i + d and is widened on both
    sides by ``boundary_ratio`` of its ``d + 1`` steps. Each of its samples is
    the mean of neighbouring places, all evenly spaced. Places up to one step
    before the first count as the first step, and those up to one beyond the
    last fade out; others, and invalid cells, are zero.

    Args:
        num_steps, num_durations: T and D.
        num_samples: R.
        samples_per_bin: Places of each sample.
        boundary_ratio: See above.
    """
    number = num_samples * samples_per_bin
    start = np.arange(num_steps)[:, None]

    def row(duration: int) -> Tensor:
        reach = (duration + 1) * boundary_ratio
        spacing = (duration + 2 * reach) / (number - 1)
        place = start - reach + spacing * np.arange(number)
        share, before = np.modf(place)
        shares = np.zeros((num_steps, num_samples, num_steps))
        cell, sample = map(np.asarray, np.indices(place.shape))
        for step, weight in ((before, 1 - share), (np.ceil(place), share)):
            inside = ((step >= 0) & (step < num_steps) &
                      (start + duration < num_steps))
            np.add.at(shares, (cell[inside],
                               sample[inside] // samples_per_bin,
                               step[inside].astype(np.int64)),
                      weight[inside] / samples_per_bin)
        return torch.from_numpy(shares).float()

    return _plan_of(map(row, range(num_durations)), num_steps * num_samples)


def _plan_of(rows: Iterable[Tensor], num_columns: int) -> SamplingPlan:
    """Make a plan of the dense matrix of each duration, ``(T, R, T)``: cell,
    sample and step. Only one at a time is in memory."""
    columns: List[Tensor] = []
    weights: List[Tensor] = []
    counts: List[Tensor] = []
    for shares in rows:
        dense = shares.transpose(1, 2).flatten(1)
        entries = dense.nonzero(as_tuple=True)
        columns.append(entries[1])
        weights.append(dense[entries])
        counts.append((dense != 0).sum(dim=1))
    column, weight, count = map(torch.cat, (columns, weights, counts))
    row = torch.repeat_interleave(count)
    order = column.sort(stable=True).indices
    back_count = torch.bincount(column, minlength=num_columns)
    return SamplingPlan(column.int(), weight, _offsets(count),
                        row[order].int(), weight[order], _offsets(back_count))


def _offsets(count: Tensor) -> Tensor:
    return F.pad(count.cumsum(dim=0), (1, 0)).int()
