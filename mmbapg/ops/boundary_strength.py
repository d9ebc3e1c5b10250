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

from .unit_vectors import BLOCK, on_exact_device, row_scales

#: Columns of :func:`boundary_strength` for each scale.
PER_SCALE = 2
#: Rows that are compared with the same neighbours; divides ``BLOCK``.
GROUP = 32


@torch.no_grad()
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
    embeddings = on_exact_device(embeddings)
    number, reach = len(embeddings), max(scales, default=1)
    sums = _squared_sums(embeddings, reach)
    frame = torch.arange(number, device=sums.device)
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


def _squared_sums(embeddings: Tensor, reach: int) -> Tensor:
    """Squared lengths of the sums of up to ``2 * reach`` consecutive unit
    embeddings, with as many as ``reach`` zeros before and after the video.

    They need only similarities of rows that are near each other.

    Args:
        embeddings: ``(n, d)``.
        reach: Half of the most rows in a sum.

    Returns:
        ``(2 * reach + 1, n + 2 * reach)`` float64: entry ``[k, t]`` belongs to
        the rows ``t - reach .. t - reach + k - 1``. Sums that reach over the
        last zero are meaningless.
    """
    number, longest = len(embeddings) + 2 * reach, 2 * reach
    scales = row_scales(embeddings)
    # joined[k, j]: similarity of row j with its k predecessors together
    joined = torch.cat(
        [_with_predecessors(embeddings, scales, low - reach, longest)
         for low in range(0, number, BLOCK)], dim=1)
    sums = joined.new_zeros(longest + 1, number)
    for length in range(1, longest + 1):
        whole = number - length + 1
        sums[length, :whole] = (
            sums[length - 1, :whole] + joined[length - 1, length - 1:number])
    return sums


def _with_predecessors(embeddings: Tensor, scales: Tensor, low: int,
                       longest: int) -> Tensor:
    """What :data:`BLOCK` rows add to the squared lengths of sums that end
    with them.

    Args:
        embeddings: ``(n, d)``, zeros before and after.
        scales: ``(n, )``, :func:`.change_points.row_scales`.
        low: Index of the first row, below 0 for the zeros.
        longest: Most rows in a sum.

    Returns:
        ``(longest, BLOCK)`` float64: similarity of a row with itself, and
        twice that with its predecessors, summed over the last ``0 ..
        longest - 1`` of these.
    """
    first = low - longest + 1
    near = torch.zeros(BLOCK + longest - 1, embeddings.shape[1],
                       dtype=torch.float64, device=embeddings.device)
    start = max(first, 0)
    rows = slice(start, max(min(first + len(near), len(embeddings)), start))
    near[rows.start - first:rows.stop - first] = (
        embeddings[rows].double() * scales[rows, None])
    # in groups, as a row needs few of those of a whole block
    own = near[longest - 1:].view(-1, GROUP, near.shape[1])
    similarity = own @ near.unfold(0, GROUP + longest - 1, GROUP)
    band = similarity.unfold(2, longest, 1).diagonal(dim1=1, dim2=2).flip(1)
    band[:, 1:] *= 2
    return band.cumsum(dim=1).transpose(0, 1).flatten(1)
