r"""How much speaks for a boundary at each frame, at several scales.

Where Eq. 5 of BAPG (https://arxiv.org/abs/2309.13810) decides where regions
start, this keeps the evidence. Cutting the window :math:`[t - w, t + w)` in
its middle lowers the cost of Eq. 4 by :math:`\frac{w}{2} \delta_w(t)^2`, with

.. math:: \delta_w(t) = \lVert \mu_{t-w,t} - \mu_{t,t+w} \rVert, \qquad
          \gamma_w(t) = \lVert \mu_{t-w,t+w} \rVert,

where :math:`\mu_{a,b}` is the mean of the unit embeddings of frames
:math:`[a, b)`. The *contrast* :math:`\delta \in [0, 2]` is large where two
regions meet, the *coherence* :math:`\gamma \in [0, 1]` inside of one.
"""
from typing import Sequence

import torch
from torch import Tensor

from .change_points import BLOCK, unit_rows

#: Columns of :func:`boundary_strength` for each scale.
PER_SCALE = 2


def boundary_strength(embeddings: Tensor, scales: Sequence[int]) -> Tensor:
    """Contrast and coherence around each frame.

    Windows end with the video. Before the first frame there is nothing, so
    its contrast is 0.

    Args:
        embeddings: ``(n, d)`` frame embeddings, of any length.
        scales: Frames ``w`` before and after, for each scale.

    Returns:
        ``(n, 2 * len(scales))`` float32: contrast and coherence of the first
        scale, of the second, and so on.
    """
    number, reach = len(embeddings), max(scales, default=1)
    # zeros around the video add nothing to the windows that reach over its end
    unit = torch.nn.functional.pad(
        unit_rows(embeddings), (0, 0, reach, reach))
    sums = _squared_sums(unit, 2 * reach)
    frame = torch.arange(number, device=unit.device)
    columns = [sums.new_empty(number, 0)]
    for scale in scales:
        start = frame + reach - scale
        before, after = sums[scale, start], sums[scale, start + scale]
        both = sums[2 * scale, start]
        length = frame.clamp(max=scale).clamp(min=1)
        left = (number - frame).clamp(max=scale)
        shared = (both - before - after) / (length * left)
        contrast = (before / length**2 + after / left**2 - shared)
        contrast[:1] = 0
        coherence = both / (frame.clamp(max=scale) + left)**2
        columns.append(torch.stack([contrast, coherence], dim=1))
    return torch.cat(columns, dim=1).clamp(min=0).sqrt().float()


def _squared_sums(rows: Tensor, longest: int) -> Tensor:
    """Squared lengths of the sums of consecutive rows.

    They need only similarities of rows less than ``longest`` apart.

    Args:
        rows: ``(n, d)``.
        longest: Most rows in a sum.

    Returns:
        ``(longest + 1, n)`` float64: entry ``[k, t]`` belongs to the rows
        ``t .. t + k - 1``. Sums that reach over the end are meaningless.
    """
    number = len(rows)
    # joined[j, k]: similarity of row j with its k predecessors together
    joined = torch.empty(
        number, longest, dtype=torch.float64, device=rows.device)
    steps = torch.arange(longest, device=rows.device)
    for low in range(0, number, BLOCK):
        block = rows[low:low + BLOCK].double()
        first = max(low - longest + 1, 0)
        similarity = block @ rows[first:low + len(block)].double().T
        own = torch.arange(low, low + len(block), device=rows.device)
        place = own[:, None] - steps - first
        near = similarity.gather(1, place.clamp(min=0)) * (place >= 0)
        near[:, 1:] *= 2
        joined[low:low + len(block)] = near.cumsum(dim=1)
    sums = joined.new_zeros(longest + 1, number)
    for length in range(1, longest + 1):
        whole = number - length + 1
        sums[length, :whole] = (
            sums[length - 1, :whole] + joined[length - 1:, length - 1])
    return sums
