"""Non-maximum suppression of segments, as when the network was trained.

Of ActionFormer (https://arxiv.org/abs/2202.07925), in single precision: what
is kept, and its order, are those of mmbapg's. Only where scores are equal to
the last bit may another one come first: sorting keeps their order here, which
PyTorch's does not.
"""
from typing import Optional

import numpy as np

from .detections import Detections, joined

#: Added to every length, but to no overlap.
LENGTH_EPS = np.float32(1e-6)


def overlaps(one: np.ndarray, others: np.ndarray,
             eps=LENGTH_EPS) -> np.ndarray:
    """tIoU of one segment ``(2,)`` with ``(N, 2)`` others."""
    shared = (np.minimum(one[1], others[:, 1]) -
              np.maximum(one[0], others[:, 0])).clip(0)
    lengths = others[:, 1] - others[:, 0] + eps
    return shared / (one[1] - one[0] + eps + lengths - shared)


def greedy(found: Detections, iou_threshold: float) -> Detections:
    """A segment goes when a better one overlaps it by the threshold."""
    left, kept = np.argsort(-found.scores, kind='stable'), []
    while len(left):
        kept.append(left[0])
        iou = overlaps(found.segments[left[0]], found.segments[left[1:]])
        left = left[1:][iou < np.float32(iou_threshold)]
    return found.take(np.array(kept, int))


def soft(found: Detections, method: str, iou_threshold: float, sigma: float,
         min_score: float) -> Detections:
    """Scores decay by the overlap with better segments
    (https://arxiv.org/abs/1704.04503); those that fall below ``min_score`` go.

    Of equal scores the first is picked. As in the reference, the first one
    that is left then moves to the place of what was picked.
    """
    scores = found.scores.astype(np.float32).copy()
    left, kept = np.arange(len(scores)), []
    while len(left):
        place = int(np.argmax(scores[left]))
        best = left[place]
        kept.append(best)
        left[place] = left[0]
        left = left[1:]
        iou = overlaps(found.segments[best], found.segments[left])
        if method == 'gaussian':
            decay = np.exp(-(iou * iou) / np.float32(sigma))
        else:
            decayed = 1 - iou if method == 'linear' else np.float32(0)
            decay = np.where(iou >= np.float32(iou_threshold), decayed,
                             np.float32(1))
        scores[left] *= decay
        left = closed_up(left, scores[left] >= np.float32(min_score))
    return found._replace(scores=scores).take(np.array(kept, int))


def closed_up(left: np.ndarray, stays: np.ndarray) -> np.ndarray:
    """Those that stay, in their places, but for the last ones: they fill the
    gaps, the very last the first gap."""
    number = np.count_nonzero(stays)
    filled = left[:number].copy()
    filled[~stays[:number]] = left[number:][stays[number:]][::-1]
    return filled


def vote(kept: np.ndarray, found: Detections, iou_threshold: float,
         weighted_by_iou: bool) -> np.ndarray:
    """Each survivor ``(K, 2)`` becomes the weighted mean of its cluster."""
    voted = kept.copy()
    for index, segment in enumerate(kept):
        iou = overlaps(segment, found.segments, np.float32(0))
        weights = found.scores * (iou >= iou_threshold)
        if weighted_by_iou:
            weights = weights * iou
        if weights.sum() > 0:
            voted[index] = weights @ found.segments / weights.sum()
    return voted


def suppress(found: Detections,
             method: Optional[str] = 'gaussian',
             iou_threshold: float = 0.1,
             sigma: float = 0.5,
             min_score: float = 1e-3,
             max_per_video: int = 200,
             class_aware: bool = True,
             voting_threshold: float = 0.0,
             vote_score_weighted_by_iou: bool = True,
             max_per_class: Optional[int] = None) -> Detections:
    """All classes of a video; the settings are those of ``batched_nms``."""
    if method is None or not len(found.scores):
        return found.best_first().take(slice(max_per_video))
    groups = [found]
    if class_aware:
        groups = [found.take(found.labels == label)
                  for label in np.unique(found.labels)]
    survivors = []
    for group in groups:
        if method == 'nms':
            group = greedy(group.take(group.scores > min_score),
                           iou_threshold)
        else:
            group = soft(group, method, iou_threshold, sigma, min_score)
        survivors.append(group.take(slice(max_per_class or max_per_video)))
    kept = joined(survivors)
    if not class_aware and voting_threshold > 0:
        kept = kept._replace(segments=vote(
            kept.segments, found, voting_threshold,
            vote_score_weighted_by_iou))
    return kept.best_first().take(slice(max_per_video))
