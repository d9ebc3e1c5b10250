"""Soft-NMS as proposal generators on maps use it: scores decay, none is lost.

It differs from :func:`.nms.soft_nms`, the operator of ActionFormer, in what
decides ties and ends: double precision, no length added to any segment, no
least score, and a number of proposals after which it stops.
"""
from typing import List, Tuple

import numpy as np
import torch
from torch import Tensor


def decaying_nms(segments: Tensor,
                 scores: Tensor,
                 divisor: float,
                 max_proposals: int,
                 spared_iou: Tuple[float, float] = (0.0, 0.0),
                 span: float = 1.0,
                 leave_last: bool = False) -> Tuple[Tensor, Tensor]:
    """Pick the best proposal, let others decay by ``exp(-tIoU^2 / divisor)``,
    and so on.

    It ends when no score above 0 is left. Of equal scores the first in the
    input is picked first.

    Args:
        segments: ``(N, 2)`` start and end, in any one unit.
        scores: ``(N,)``, not negative.
        divisor: See above.
        max_proposals: It also ends after so many.
        spared_iou: Only what overlaps more than this decays: of a picked
            proposal of length 0, and of one as long as ``span``; between them
            in proportion. BSN and BMN spare more around long proposals.
        span: Length of the whole sequence, in the unit of the segments.
        leave_last: Also end when a single proposal is left, which is not
            picked, as in G-TAD's code.

    Returns:
        tuple: ``(K,)`` positions in the input and ``(K,)`` decayed scores in
        double precision, both on the CPU, in the order in which they were
        picked.

    Example:
        >>> segments = torch.tensor([[0.0, 4.0], [0.0, 5.0], [8.0, 9.0]])
        >>> inds, scores = decaying_nms(segments, torch.tensor([.9, .8, .7]),
        ...                             divisor=0.4, max_proposals=9)
        >>> inds
        tensor([0, 2, 1])
    """
    given = scores.detach().cpu().double().numpy()
    order = np.argsort(-given, kind='stable')
    score = given[order]
    start, end = segments.detach().cpu().double().numpy()[order].T
    length = end - start
    least, most = spared_iou
    picked: List[int] = []
    values: List[float] = []
    while len(picked) < min(max_proposals, len(score) - leave_last):
        best = int(score.argmax())
        if score[best] <= 0:
            break
        picked.append(best)
        values.append(score[best])
        score[best] = -1.0
        overlap = np.minimum(end, end[best]) - np.maximum(start, start[best])
        near = np.flatnonzero(overlap > 0)
        shared = overlap[near]
        iou = shared / (length[near] + length[best] - shared)
        spared = least + (most - least) * length[best] / span
        decays = iou > spared
        score[near[decays]] *= np.exp(-iou[decays]**2 / divisor)
    return (torch.from_numpy(order[picked].astype(np.int64)),
            torch.tensor(values, dtype=torch.float64, device='cpu'))
