r"""Exact kernel change points: the engine of temporal similarity clustering.

BAPG (https://arxiv.org/abs/2309.13810), Eq. 4, gives the cost of cutting the
region of frames :math:`[a, b)` out of a video whose frames have the pairwise
similarities :math:`s_{ij}` (cosine, so :math:`s_{ii} = 1`):

.. math:: v_{a,b} = \sum_{i=a}^{b-1} s_{ii}
                    - \frac{1}{b-a} \sum_{i,j=a}^{b-1} s_{ij}

which is the sum of squared distances of the region's unit vectors to their
mean. Eq. 5 minimizes the sum over regions by dynamic programming:
:math:`C_m(b) = \min_a C_{m-1}(a) + v_{a,b}`. One sweep over the end
:math:`b` serves every number of change points :math:`m` at once, and needs
only the column of costs that end at :math:`b`, so the similarity matrix is
computed in blocks of columns and never held whole.

A cost does not change if the same vector is taken from all unit vectors. We
take their mean: of frames that look alike, products of what is left are small
numbers, which rounding changes by next to nothing.
"""
from typing import Iterator, List, NamedTuple, Sequence, Tuple

import numpy as np
import torch
from torch import Tensor

from .compilation import has_numba
from .unit_vectors import BLOCK, on_exact_device, row_scales, unit_rows


class ImpossibleSegmentation(ValueError):
    """More regions are asked for than the sequence can hold."""


class ChangePoints(NamedTuple):
    """Optimal segmentations for every number of change points.

    ``change_points`` is ``(M, M)`` int64: row ``m - 1`` holds the ``m``
    indices at which a new region starts, ascending, padded with -1.
    ``objective`` is ``(M,)`` float64: entry ``m - 1`` is the cost of row
    ``m - 1``, summed over its ``m + 1`` regions.
    """
    change_points: Tensor
    objective: Tensor


@torch.no_grad()
def find_change_points(embeddings: Tensor,
                       max_change_points: int,
                       min_size: int = 1) -> ChangePoints:
    """Find the optimal change points for every number up to the largest.

    Time is O(n² (d + m)), less where videos have structure; memory beyond the
    embeddings is O(n m). No gradient is computed.

    The objective of embeddings in single precision is off by a millionth of
    itself, and where it should be 0 by ``1e-8 * n``: as much as rounding
    changes. If all frames point the same way it is 0 but for ``1e-10``.

    Args:
        embeddings: ``(n, d)`` frame embeddings of any type of numbers. Rows
            are L2-normalized here, so that their products are cosine
            similarities (Eq. 2); a row of zeros is similar to nothing.
        max_change_points: Largest number of change points, ``M >= 1``.
        min_size: Fewest frames in a region.

    Returns:
        ChangePoints: One optimum for each number of change points 1..M.

    Raises:
        ImpossibleSegmentation: If ``M + 1`` regions of ``min_size`` frames do
            not fit into ``n`` frames.
        ValueError: If an argument is out of range or an embedding is not
            finite.

    Example:
        Three frames of one scene, then two of another.

        >>> scenes = torch.tensor([[1.0, 0.0]] * 3 + [[0.0, 1.0]] * 2)
        >>> find_change_points(scenes, max_change_points=1).change_points
        tensor([[3]])
    """
    embeddings = on_exact_device(embeddings)
    scales = _checked_scales(embeddings, max_change_points, min_size)
    if embeddings.device.type != 'cpu' or not has_numba():
        return _from_arrays([unit_rows(embeddings, scales)],
                            max_change_points, min_size)[0]
    # imported when needed: Numba takes a second
    from .compiled_sweep import compiled_sweep
    cost, last_start = compiled_sweep(
        embeddings, scales, max_change_points, min_size)
    return ChangePoints(torch.as_tensor(_trace_back(last_start)),
                        _objective(torch.from_numpy(cost[:, -1])))


@torch.no_grad()
def find_change_points_of_all(videos: Sequence[Tensor],
                              max_change_points: int,
                              min_size: int = 1) -> List[ChangePoints]:
    """:func:`find_change_points` of several videos, on a GPU in one go.

    Args:
        videos: Embeddings ``(n, d)`` of each, of different length, on one
            device.
        max_change_points, min_size: See :func:`find_change_points`.

    Raises:
        ImpossibleSegmentation, ValueError: If it would for any of them.
    """
    videos = [on_exact_device(each) for each in videos]
    if not videos or videos[0].device.type == 'cpu':
        return [find_change_points(each, max_change_points, min_size)
                for each in videos]
    units = [unit_rows(each, _checked_scales(
        each, max_change_points, min_size)) for each in videos]
    return _from_arrays(units, max_change_points, min_size)


def _from_arrays(units: Sequence[Tensor], max_change_points: int,
                 min_size: int) -> List[ChangePoints]:
    # What follows the end of a video does not change what comes before.
    padded = torch.nn.utils.rnn.pad_sequence(
        [unit - unit.mean(dim=0) for unit in units], batch_first=True)
    costs, starts = _array_sweep(padded, max_change_points, min_size)
    device = padded.device
    costs = costs.cpu()
    return [ChangePoints(
        torch.as_tensor(_trace_back(start[:, :len(unit) + 1]), device=device),
        _objective(cost[:, len(unit)]).to(device))
        for unit, cost, start in zip(units, costs, starts.cpu().numpy())]


def _objective(cost: Tensor) -> Tensor:
    # a sum of squares, which rounding may take below zero
    return cost[1:].clamp(min=0)


def _array_sweep(unit: Tensor, max_change_points: int,
                 min_size: int) -> Tuple[Tensor, Tensor]:
    """See :func:`.compiled_sweep.compiled_sweep`; on any device.

    Args:
        unit: ``(B, n, d)`` unit rows, or these minus any one vector.
        max_change_points, min_size: See :func:`find_change_points`.

    Returns:
        tuple: Costs and starts of the last regions, ``(B, M + 1, n + 1)``.
    """
    batch, num_frames, _ = unit.shape
    shape = batch, max_change_points + 1, num_frames + 1
    cost = torch.full(shape, torch.inf, dtype=torch.float64,
                      device=unit.device)
    last_start = torch.zeros(shape, dtype=torch.int64, device=unit.device)
    frame = torch.arange(num_frames + 1, device=unit.device)
    for first_end, region_costs in _region_costs(unit):
        high = region_costs.shape[2]
        ends = frame[first_end:high + 1]
        too_late = frame[:high] > ends[:, None] - min_size
        region_costs = region_costs.masked_fill(too_late, torch.inf)
        cost[:, 0, first_end:high + 1] = region_costs[..., 0]
        # a number of change points only needs the one below, so that all
        # ends of a block are done at once
        for number in range(max_change_points):
            least = (cost[:, number, None, :high] + region_costs).min(dim=2)
            cost[:, number + 1, first_end:high + 1] = least.values
            last_start[:, number + 1, first_end:high + 1] = least.indices
    return cost, last_start


@torch.no_grad()
def total_scatter(embeddings: Tensor) -> float:
    """The objective without any change point: the cost of the whole video."""
    unit = unit_rows(embeddings).double()
    return float(unit.square().sum() - unit.sum(dim=0).square().sum() /
                 len(unit))


def choose_num_change_points(objective: Tensor,
                             scatter: float,
                             num_frames: int,
                             penalty: float = 1.0) -> int:
    r"""Choose the number of change points by a penalized objective.

    The criterion of kernel temporal segmentation (Potapov et al., "Category-
    specific video summarization", ECCV 2014, Eq. 6): minimize
    :math:`J_m / n + \frac{v\, m}{2 n} (\log(n / m) + 1)`.

    Args:
        objective: ``(M,)`` of :class:`ChangePoints`.
        scatter: :func:`total_scatter`, the objective for ``m = 0``.
        num_frames: ``n``.
        penalty: ``v``; larger values give fewer change points.

    Returns:
        int: ``m`` between 0 and ``M``.
    """
    num = torch.arange(1, len(objective) + 1, dtype=torch.float64)
    price = penalty * num / 2 * (torch.log(num_frames / num) + 1)
    criterion = torch.cat([torch.tensor([scatter], dtype=torch.float64),
                           objective.cpu() + price])
    return int(criterion.argmin())


def evenly_spaced_cuts(num_frames: int, num_change_points: int) -> Tensor:
    """Cut into regions of equal length: the control for any clustering.

    Returns:
        ``(num_change_points,)`` int64 indices at which a new region starts.

    Example:
        >>> evenly_spaced_cuts(12, 3)
        tensor([3, 6, 9])
    """
    cuts = torch.linspace(0, num_frames, num_change_points + 2,
                          dtype=torch.float64)[1:-1]
    return cuts.round().long()


def max_feasible_change_points(num_frames: int, min_size: int = 1) -> int:
    """Most change points that leave ``min_size`` frames to every region."""
    return max(num_frames // min_size - 1, 0)


def _region_costs(unit: Tensor) -> Iterator[Tuple[int, Tensor]]:
    """Yield Eq. 4 for all regions, by blocks of region ends.

    Args:
        unit: See :func:`_array_sweep`.

    Yields:
        tuple: The first end ``b`` of the block, and costs ``(B, width,
        b_last)`` whose entry ``[:, k, a]`` belongs to the region ``[a, b +
        k)``. Entries with ``a >= b + k`` are meaningless.
    """
    batch, num_frames, _ = unit.shape
    position = torch.arange(num_frames, device=unit.device)
    # similarity_sum[a]: sum of s_ij over the block [a, b) for the last b.
    similarity_sum = unit.new_zeros(batch, num_frames, dtype=torch.float64)
    # similarity of frames with themselves, summed over all earlier ones
    energy_before = unit.new_zeros(batch, num_frames + 1, dtype=torch.float64)
    for low in range(0, num_frames, BLOCK):
        high = min(low + BLOCK, num_frames)
        frame, start = position[low:high, None], position[:high]
        similarity = (unit[:, low:high] @ unit[:, :high].mT).double()
        energy = similarity[:, :, low:].diagonal(dim1=1, dim2=2).clone()
        energy_before[:, low + 1:high + 1] = (
            energy.cumsum(1) + energy_before[:, low, None])
        similarity.masked_fill_(start >= frame, 0)
        # A frame joins a region: twice its similarity to each frame in it.
        joined = similarity.flip(2).cumsum_(2).flip(2).mul_(2)
        joined += torch.where(start <= frame, energy[..., None], 0)
        sums = joined.cumsum_(1).add_(similarity_sum[:, None, :high])
        similarity_sum[:, :high] = sums[:, -1]
        length = (frame + 1 - start).clamp(min=1)
        costs = (energy_before[:, low + 1:high + 1, None] -
                 energy_before[:, None, :high] - sums / length)
        yield low + 1, costs


def _trace_back(last_start: np.ndarray) -> np.ndarray:
    """Follow the starts of the last regions from the end of the video."""
    largest = len(last_start) - 1
    found = np.full((largest, largest), -1, dtype=np.int64)
    for num in range(1, largest + 1):
        end = last_start.shape[1] - 1
        for left in range(num, 0, -1):
            end = last_start[left, end]
            found[num - 1, left - 1] = end
    return found


def _checked_scales(embeddings: Tensor, max_change_points: int,
                    min_size: int) -> Tensor:
    """:func:`row_scales`, after a look at all arguments."""
    if embeddings.ndim != 2:
        raise ValueError('embeddings must have shape (frames, channels), '
                         f'found {tuple(embeddings.shape)}')
    if max_change_points < 1 or min_size < 1:
        raise ValueError('max_change_points and min_size must be at least 1, '
                         f'found {max_change_points} and {min_size}')
    feasible = max_feasible_change_points(len(embeddings), min_size)
    if max_change_points > feasible:
        raise ImpossibleSegmentation(
            f'{max_change_points} change points are asked for, but '
            f'{len(embeddings)} frames in regions of at least {min_size} '
            f'allow at most {feasible}')
    scales = row_scales(embeddings)
    if not torch.isfinite(scales).all():
        raise ValueError('embeddings hold NaN or infinite values')
    return scales
