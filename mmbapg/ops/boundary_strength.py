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

from .change_points import unit_rows

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
    unit = unit_rows(embeddings).double()
    number = len(unit)
    before = torch.nn.functional.pad(unit.cumsum(dim=0), (0, 0, 1, 0))
    frame = torch.arange(number, device=unit.device)

    def mean(first: Tensor, last: Tensor) -> Tensor:
        length = (last - first).clamp(min=1)
        return (before[last] - before[first]) / length[:, None]

    columns = [unit.new_empty(number, 0)]
    for scale in scales:
        first = (frame - scale).clamp(min=0)
        last = (frame + scale).clamp(max=number)
        contrast = (mean(first, frame) - mean(frame, last)).norm(dim=1)
        contrast[:1] = 0
        coherence = mean(first, last).norm(dim=1)
        columns.append(torch.stack([contrast, coherence], dim=1))
    return torch.cat(columns, dim=1).float()
