"""The sweep of :mod:`.change_points`, compiled by Numba when first called.

Columns of a block, the ends of regions, lie beside each other in memory, so
that one instruction works on several ends: for a region start, walked from the
last to the first, the costs of all regions up to the ends of a strip of
columns are updated, and for each number of change points compared with the
cheapest found so far. No cost is stored but those of the block's own triangle,
where the cheapest cut up to one frame is needed by the next.

Most starts need not be compared where a video has structure. Cutting a
region never raises its cost, so all cuts whose last region begins at some
:math:`a' < a` cost at least :math:`C_{m+1}(a) + v_{a,b}`, as `a` can be added
to them as a change point. Once that exceeds the cheapest :math:`C_{m+1}(b)`
found so far, no earlier start can win (the inequality of PELT, Killick et al.
2012, for a fixed number of change points).
"""
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple, Tuple

import numpy as np
import torch
from torch import Tensor

from .compilation import compiled
from .unit_vectors import BLOCK, as_precise

#: Columns that one thread sweeps; their state stays in its fastest cache.
STRIP = 128
#: Starts from one look whether earlier ones can win to the next.
LOOK = 16
#: By how much a frame's rounding may change a cost.
ROUNDING = 1e-6


# infinite costs are compared, so only what keeps infinities is allowed
_compiled = compiled(
    fastmath={'nnan', 'nsz', 'contract', 'arcp', 'reassoc'})


class Block(NamedTuple):
    """State of a block of region ends ``low + 1 .. low + width``.

    ``similarity`` ``(low + width, width)``: products of each frame's unit
    vector with those of the block, all without the mean vector; ``of_mean``
    ``(width,)`` products of the mean with the latter. ``sums`` ``(width,)``:
    similarity sum of the regions from the present start to each end. ``best``
    and ``origin`` ``(M, width)``: the cheapest cut so far with ``m + 1``
    change points, and its last start.
    """
    low: int
    similarity: np.ndarray
    of_mean: np.ndarray
    sums: np.ndarray
    best: np.ndarray
    origin: np.ndarray


class Frames(NamedTuple):
    """``scales`` ``(n,)``: of rows, to length 1; ``energy`` ``(n,)``:
    similarity of each frame with itself, rounded as all others are;
    ``before`` ``(n + 1,)``: its sum over all earlier frames. The last two are
    known up to the end of the present block."""
    scales: np.ndarray
    energy: np.ndarray
    before: np.ndarray


def compiled_sweep(embeddings: Tensor, scales: Tensor, max_change_points: int,
                   min_size: int) -> Tuple[np.ndarray, np.ndarray]:
    """Cheapest cuts of the first ``b`` frames with ``m`` change points.

    Args:
        embeddings: ``(n, d)`` rows of any length, on the CPU.
        scales: :func:`.change_points.row_scales`.
        max_change_points: ``M``.
        min_size: Fewest frames in a region.

    Returns:
        tuple: Costs and starts of the last regions, ``(M + 1, n + 1)``.
    """
    num_frames = len(embeddings)
    rows = as_precise(embeddings)
    # in parts, as long videos would fill the memory in double precision
    mean = sum(scale @ part.double() for part, scale in zip(
        rows.split(BLOCK), scales.split(BLOCK))) / num_frames
    frames = Frames(scales.numpy(), np.zeros(num_frames),
                    np.zeros(num_frames + 1))
    cost = np.full((max_change_points + 1, num_frames + 1), np.inf)
    last_start = np.zeros(cost.shape, dtype=np.int64)
    # joined[s]: similarities of frame s with the later ones before the block
    joined = np.zeros(num_frames)
    with ThreadPoolExecutor(torch.get_num_threads()) as pool:
        for low in range(0, num_frames, BLOCK):
            high = min(low + BLOCK, num_frames)
            width = high - low
            unit = (rows[low:high] * scales[low:high, None] - mean).to(
                rows.dtype)
            block = Block(low, (rows[:high] @ unit.T).numpy(),
                          (unit.double() @ mean).numpy(), np.zeros(width),
                          np.full((max_change_points, width), np.inf),
                          np.zeros((max_change_points, width), np.int64))
            own = np.empty((width, width))
            joined_before = np.empty((-(-width // STRIP), low))
            _join(block, frames, STRIP, joined, joined_before)
            _costs_within(block, frames, own)
            strips = [
                pool.submit(_sweep_strip, block, first,
                            min(first + STRIP, width), before, frames, cost,
                            min_size)
                for first, before in zip(range(0, width, STRIP),
                                         joined_before)
            ]
            for strip in strips:
                strip.result()
            _sweep_within(block, own, cost, last_start, min_size)
    return cost, last_start


@_compiled
def _join(block, frames, strip, joined, joined_before):
    """Make similarities of products with rows of any length, and complete
    ``frames``; set ``joined_before[k, s]`` to those of frame ``s`` with the
    later ones before strip ``k``, and ``joined`` to those before the next
    block."""
    width = block.similarity.shape[1]
    for start in range(block.low + width):
        row = block.similarity[start]
        for column in range(width):
            row[column] = (row[column] * frames.scales[start] -
                           block.of_mean[column])
    for place in range(width):
        frame = block.low + place
        frames.energy[frame] = block.similarity[frame, place]
        frames.before[frame + 1] = frames.before[frame] + frames.energy[frame]
    for start in range(block.low):
        row = block.similarity[start]
        total = joined[start]
        for number in range(len(joined_before)):
            joined_before[number, start] = total
            part = 0.
            for column in range(number * strip,
                                min((number + 1) * strip, width)):
                part += row[column]
            total += part
        joined[start] = total
    for place in range(width):
        total = 0.
        for column in range(place + 1, width):
            total += block.similarity[block.low + place, column]
        joined[block.low + place] = total


@_compiled
def _sweep_strip(block, first, last, joined, frames, cost, min_size):
    """Compare all regions from before the block to columns ``first..last``."""
    width = last - first
    column = np.empty(width)
    first_end = block.low + first + 1
    sums = block.sums[first:last]
    before_end = frames.before[first_end:first_end + width]
    # for each number of change points the first start that may still win
    earliest = np.zeros(len(block.best), np.int64)
    first_needed = 0
    for start in range(block.low - 1, -1, -1):
        row = block.similarity[start, first:last]
        total = joined[start]
        for k in range(width):
            total += row[k]
            column[k] = total
        for k in range(width):
            sums[k] += 2 * column[k] + frames.energy[start]
        if 0 < start < first_needed:
            continue
        for k in range(width):
            column[k] = (before_end[k] - frames.before[start] -
                         sums[k] / (first_end + k - start))
        skip = min(max(start + min_size - first_end, 0), width)
        costs = column[skip:width]
        if start == 0:
            cost[0, first_end + skip:first_end + width] = costs
        look = start % LOOK == 0 and skip == 0
        for number in range(len(block.best)):
            earlier = cost[number, start]
            if earlier == np.inf or start < earliest[number]:
                continue
            best = block.best[number, first + skip:last]
            origin = block.origin[number, first + skip:last]
            for k in range(width - skip):
                candidate = earlier + costs[k]
                # of equally cheap starts the first, which is met last
                better = candidate <= best[k]
                best[k] = candidate if better else best[k]
                origin[k] = start if better else origin[k]
            if look:
                # the region before this start has its least size, too
                least = cost[number + 1, start] - ROUNDING * first_end
                beaten = True
                for k in range(width):
                    beaten &= least + costs[k] > best[k]
                if beaten:
                    earliest[number] = start - min_size + 1
        if look:
            first_needed = earliest.min()


@_compiled
def _costs_within(block, frames, own):
    """Costs of the regions that start and end in the block, and the sums with
    which the starts before it go on."""
    width = block.similarity.shape[1]
    for place in range(width - 1, -1, -1):
        start = block.low + place
        total = 0.
        for k in range(place, width):
            if k > place:
                total += block.similarity[start, k]
            block.sums[k] += 2 * total + frames.energy[start]
            own[place, k] = (
                frames.before[block.low + k + 1] - frames.before[start] -
                block.sums[k] / (k + 1 - place))


@_compiled
def _sweep_within(block, own, cost, last_start, min_size):
    """Compare the regions of the block itself, from its first start on."""
    width = len(own)
    for place in range(width + 1):
        start = block.low + place
        if place > 0:  # all starts before this one have been compared
            for number in range(len(block.best)):
                cost[number + 1, start] = block.best[number, place - 1]
                last_start[number + 1, start] = block.origin[number, place - 1]
        if place == width:
            return
        if start == 0:
            for k in range(min_size - 1, width):
                cost[0, k + 1] = own[0, k]
        for number in range(len(block.best)):
            earlier = cost[number, start]
            if earlier == np.inf:
                continue
            for k in range(place + min_size - 1, width):
                total = earlier + own[place, k]
                if total < block.best[number, k]:
                    block.best[number, k] = total
                    block.origin[number, k] = start
