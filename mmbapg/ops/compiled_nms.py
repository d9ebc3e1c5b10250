"""The loop of :func:`.nms.soft_nms`, compiled by Numba when first called."""
import numpy as np

from .compilation import compiled

ONE = np.float32(1)


@compiled()
def pick(start, end, length, score, inds, method, iou_threshold, sigma,
         min_score, leave_last):
    """Reorder all columns in place so that what is picked comes first.

    Args:
        start, end, length, score: ``(N,)`` float32; scores decay.
        inds: ``(N,)`` int64, positions in the input.
        method: Place in :data:`.nms.SOFT_NMS_METHODS`.
        iou_threshold, sigma, min_score: float32, see :func:`.nms.soft_nms`.
        leave_last: See there; 0 or 1.

    Returns:
        int: How many are picked.
    """
    picked, alive = 0, len(score)
    while alive - picked > leave_last:
        best = picked
        for place in range(picked + 1, alive):
            if score[place] > score[best]:
                best = place
        _swap(start, end, length, score, inds, picked, best)
        place = picked + 1
        while place < alive:
            overlap = max(min(end[picked], end[place]) -
                          max(start[picked], start[place]), np.float32(0))
            iou = overlap / (length[picked] + length[place] - overlap)
            if method == 2:
                score[place] *= np.exp(-(iou * iou) / sigma)
            elif iou >= iou_threshold:
                score[place] *= ONE - iou if method == 1 else np.float32(0)
            if score[place] < min_score:
                # the last living one takes the place, and is looked at next
                alive -= 1
                _swap(start, end, length, score, inds, place, alive)
            else:
                place += 1
        picked += 1
    return picked


@compiled()
def _swap(start, end, length, score, inds, one, other):
    for column in (start, end, length, score):
        column[one], column[other] = column[other], column[one]
    inds[one], inds[other] = inds[other], inds[one]
