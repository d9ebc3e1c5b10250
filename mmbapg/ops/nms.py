"""1-D non-maximum suppression with no compile step.

The arithmetic and the order of the survivors are those of the C++ operator of
ActionFormer (https://arxiv.org/abs/2202.07925), which TriDet copies, so that
ties end the same way: equal scores come in the order of ``torch.sort`` on the
CPU, which is not a stable one. The loops are sequential by nature and run on
the CPU whatever the device of the input; results go back to that device.
"""
from typing import NamedTuple, Optional, Tuple

import numpy as np
import torch
from torch import Tensor

from .compilation import has_numba
from .iou import segment_iou

#: Added to every length, but to no overlap, by the reference operator.
LENGTH_EPS = np.float32(1e-6)

SOFT_NMS_METHODS = ('hard', 'linear', 'gaussian')


class Detections(NamedTuple):
    """Segments ``(N, 2)``, scores ``(N,)``, labels ``(N,)`` of a video."""
    segments: Tensor
    scores: Tensor
    labels: Tensor

    def take(self, indices: Tensor) -> 'Detections':
        """Those at ``(K,)`` indices, or where a ``(N,)`` mask is true."""
        return Detections(*(field[indices] for field in self))


def temporal_nms(segments: Tensor, scores: Tensor,
                 iou_threshold: float) -> Tuple[Tensor, Tensor]:
    """Greedy NMS: a segment goes when a better one overlaps it too much.

    Args:
        segments: ``(N, 2)`` start and end, in any one unit.
        scores: ``(N,)``.
        iou_threshold: Segments at or above this tIoU are suppressed.

    Returns:
        tuple: ``dets`` ``(K, 3)`` start, end and score, best first, and
        ``inds`` ``(K,)``, their positions in the input.

    Example:
        >>> segments = torch.tensor([[0.0, 4.0], [0.0, 5.0], [8.0, 9.0]])
        >>> dets, inds = temporal_nms(segments, torch.tensor([.9, .8, .7]), .5)
        >>> inds
        tensor([0, 2])
    """
    seg, score = _as_numpy(segments, scores)
    start, end = seg[:, 0], seg[:, 1]
    length = end - start + LENGTH_EPS
    order = _best_first(torch.from_numpy(score)).numpy()
    keep = []
    while order.size:
        best, order = order[0], order[1:]
        keep.append(best)
        iou = _iou_with(best, order, start, end, length)
        order = order[iou < np.float32(iou_threshold)]
    inds = torch.as_tensor(np.array(keep, dtype=np.int64),
                           device=segments.device)
    dets = torch.cat([segments[inds], scores[inds, None]], dim=1)
    return dets, inds


def soft_nms(segments: Tensor,
             scores: Tensor,
             iou_threshold: float = 0.3,
             sigma: float = 0.5,
             min_score: float = 1e-3,
             method: str = 'gaussian',
             leave_last: bool = False) -> Tuple[Tensor, Tensor]:
    """Soft-NMS (https://arxiv.org/abs/1704.04503) on segments.

    Args:
        segments: ``(N, 2)`` start and end, in any one unit.
        scores: ``(N,)``.
        iou_threshold: tIoU from which ``hard`` removes and ``linear`` decays;
            ``gaussian`` does not use it.
        sigma: Width of the Gaussian: the decay is ``exp(-tIoU^2 / sigma)``.
        min_score: Segments that fall below it are removed on the way.
        method: ``hard``, ``linear`` or ``gaussian``.
        leave_last: End when a single segment is left, which is not returned,
            as AFSD's code does.

    Returns:
        tuple: ``dets`` ``(K, 3)`` start, end and decayed score in the order in
        which they were picked, and ``inds`` ``(K,)``, their positions in the
        input.

    Raises:
        ValueError: If ``method`` is unknown.

    Example:
        >>> segments = torch.tensor([[0.0, 4.0], [0.0, 5.0], [8.0, 9.0]])
        >>> dets, inds = soft_nms(segments, torch.tensor([.9, .8, .7]))
        >>> inds
        tensor([0, 2, 1])
    """
    if method not in SOFT_NMS_METHODS:
        raise ValueError(f'soft-NMS method is {method!r}, expected one of '
                         f'{", ".join(SOFT_NMS_METHODS)}')
    seg, score = _as_numpy(segments, scores)
    start, end, score = seg[:, 0].copy(), seg[:, 1].copy(), score.copy()
    length = end - start + LENGTH_EPS
    inds = np.arange(len(score))
    columns = (start, end, length, score, inds)

    settings = (iou_threshold, sigma, min_score)
    if has_numba():
        # imported when needed: Numba takes a second
        from .compiled_nms import pick
        picked = pick(*columns, SOFT_NMS_METHODS.index(method),
                      *map(np.float32, settings), int(leave_last))
    else:
        picked = _pick(columns, method, *settings, leave_last)
    dets = np.stack([start[:picked], end[:picked], score[:picked]], axis=1)
    return (torch.as_tensor(dets, device=segments.device),
            torch.as_tensor(inds[:picked], device=segments.device))


def _pick(columns, method, iou_threshold, sigma, min_score,
          leave_last) -> int:
    """See :func:`.compiled_nms.pick`."""
    start, end, length, score, _ = columns
    picked, alive = 0, len(score)
    while alive - picked > leave_last:
        best = picked + int(np.argmax(score[picked:alive]))
        for column in columns:
            column[picked], column[best] = column[best], column[picked]
        rest = slice(picked + 1, alive)
        iou = _iou_with(picked, rest, start, end, length)
        score[rest] *= _decay(iou, method, iou_threshold, sigma)
        alive = _drop_below(columns, score, picked + 1, alive, min_score)
        picked += 1
    return picked


def vote_segments(kept: Tensor, segments: Tensor, scores: Tensor,
                  iou_threshold: float, score_weighted_by_iou: bool) -> Tensor:
    """Segment voting: each survivor becomes the weighted mean of its cluster.

    Args:
        kept: ``(K, 2)`` survivors of NMS.
        segments: ``(N, 2)`` all candidates that went into NMS.
        scores: ``(N,)`` their scores before NMS.
        iou_threshold: Candidates from this tIoU on belong to the cluster.
        score_weighted_by_iou: ``True`` weights by score * tIoU (ActionFormer),
            ``False`` by score alone (TriDet, OpenTAD).

    Returns:
        ``(K, 2)`` voted segments. A survivor of zero length, whose cluster is
        empty, stays as it is.
    """
    iou = segment_iou(kept, segments)
    weights = (iou >= iou_threshold).to(scores) * scores[None]
    if score_weighted_by_iou:
        weights = weights * iou
    total = weights.sum(dim=1, keepdim=True)
    shares = weights / total.clamp(min=torch.finfo(total.dtype).tiny)
    return torch.where(total > 0, shares @ segments, kept)


def batched_nms(detections: Detections,
                method: Optional[str] = 'gaussian',
                iou_threshold: float = 0.1,
                sigma: float = 0.5,
                min_score: float = 1e-3,
                max_per_video: int = 200,
                class_aware: bool = True,
                voting_threshold: float = 0.0,
                vote_score_weighted_by_iou: bool = True,
                max_per_class: Optional[int] = None,
                leave_last: bool = False) -> Detections:
    """The NMS of the anchor-free localizers, over all classes of a video.

    Args:
        detections: Candidates of one video.
        method: A soft-NMS method, or ``nms`` for greedy NMS; ``None`` only
            sorts.
        iou_threshold, sigma, min_score: See :func:`soft_nms`. With ``nms``,
            candidates at or below ``min_score`` are dropped first.
        max_per_video: Kept per class, and again over all classes.
        class_aware: Suppress within each class (True) or across (False).
        voting_threshold: tIoU of :func:`vote_segments`; 0 switches voting
            off. As in the references it acts only if not ``class_aware``.
        vote_score_weighted_by_iou: See :func:`vote_segments`.
        max_per_class: Kept per class, if not ``max_per_video``.
        leave_last: See :func:`soft_nms`; of each class, if ``class_aware``.

    Returns:
        Survivors, best first.

    Example:
        >>> segments = torch.tensor([[0.0, 4.0], [0.0, 5.0], [0.0, 5.0]])
        >>> found = Detections(segments, torch.tensor([.9, .8, .7]),
        ...                    torch.tensor([0, 0, 1]))
        >>> batched_nms(found, method='nms', iou_threshold=0.5).labels
        tensor([0, 1])
    """
    if method is None or not len(detections.scores):
        kept = detections
    else:
        groups = [detections]
        if class_aware:
            groups = [detections.take(detections.labels == label)
                      for label in detections.labels.unique()]
        settings = (method, iou_threshold, sigma, min_score,
                    max_per_class or max_per_video, leave_last)
        kept = Detections(*map(torch.cat, zip(
            *(_nms_of_group(group, *settings) for group in groups))))
        if not class_aware and voting_threshold > 0:
            kept = kept._replace(segments=vote_segments(
                kept.segments, detections.segments, detections.scores,
                voting_threshold, vote_score_weighted_by_iou))
    return kept.take(_best_first(kept.scores)[:max_per_video])


def _nms_of_group(group: Detections, method: str, iou_threshold: float,
                  sigma: float, min_score: float, most: int,
                  leave_last: bool) -> Detections:
    if method == 'nms':
        group = group.take(group.scores > min_score)
        dets, inds = temporal_nms(group.segments, group.scores, iou_threshold)
    else:
        dets, inds = soft_nms(group.segments, group.scores, iou_threshold,
                              sigma, min_score, method, leave_last)
    dets, inds = dets[:most], inds[:most]
    return Detections(dets[:, :2], dets[:, 2], group.labels[inds])


def _best_first(scores: Tensor) -> Tensor:
    # Not stable=True: the reference sorts this way, and ties must end alike.
    return scores.cpu().sort(descending=True).indices.to(scores.device)


def _as_numpy(segments: Tensor, scores: Tensor):
    if segments.ndim != 2 or segments.shape[1] != 2:
        raise ValueError('segments must have shape (N, 2), found '
                         f'{tuple(segments.shape)}')
    if scores.shape != segments.shape[:1]:
        raise ValueError(f'scores must have shape ({len(segments)},) as there '
                         f'are {len(segments)} segments, found '
                         f'{tuple(scores.shape)}')
    return (segments.detach().cpu().float().numpy(),
            scores.detach().cpu().float().numpy())


def _iou_with(one, others, start, end, length):
    overlap = (np.minimum(end[one], end[others]) -
               np.maximum(start[one], start[others]))
    overlap = np.maximum(overlap, np.float32(0))
    return overlap / (length[one] + length[others] - overlap)


def _decay(iou, method, iou_threshold, sigma):
    if method == 'gaussian':
        return np.exp(-(iou * iou) / np.float32(sigma))
    decayed = 1 - iou if method == 'linear' else np.float32(0)
    return np.where(iou >= np.float32(iou_threshold), decayed, np.float32(1))


def _drop_below(columns, score, first, alive, min_score):
    """Remove low scores as the reference does: gaps are filled from the end.

    Walking up, the reference overwrites an entry that fell below ``min_score``
    with the last living one and looks at the same place again. The survivors
    beyond the new end therefore fill the gaps before it, last one first.
    """
    living = score[first:alive] >= np.float32(min_score)
    if living.all():
        return alive
    new_alive = first + int(living.sum())
    gaps = first + np.flatnonzero(~living[:new_alive - first])
    fillers = (new_alive + np.flatnonzero(living[new_alive - first:]))[::-1]
    for column in columns:
        column[gaps] = column[fillers]
    return new_alive
