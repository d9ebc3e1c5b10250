"""From the maps of MMAction2's BMN to proposals
(https://arxiv.org/abs/1907.09702)."""
from typing import List, Tuple

import numpy as np

from .detections import Detections


def decode(confidence: np.ndarray, starts: np.ndarray, ends: np.ndarray,
           cfg: dict) -> Detections:
    """Proposals as shares of the video, best first.

    Args:
        confidence: ``(2, T, T)`` of durations and starts.
        starts, ends: ``(T,)`` probabilities.
        cfg: ``decoding`` of the exported settings.
    """
    length = len(starts)
    may_start, may_end = _peaks(starts), _peaks(ends)
    may_start[0] = may_end[-1] = True
    duration, start = np.divmod(np.arange(length * length), length)
    end = start + duration + 1
    within = end < length
    duration, start, end = duration[within], start[within], end[within]
    both = may_start[start] & may_end[end]
    duration, start, end = duration[both], start[both], end[both]
    regressed, classified = confidence[:, duration, start]
    scores = starts[start] * ends[end] * classified * regressed
    segments = np.stack([start, end], axis=1) / length
    found = Detections(segments, scores.astype(float),
                       np.zeros(len(start), int))
    return _soft_nms(found.best_first(), cfg).best_first().take(
        slice(cfg['top_k']))


def seconds_of(duration: float, fps, interval: int) -> Tuple[float, float]:
    """Start and end of what features describe: whole clips of ``interval``
    frames, or all where nobody tells ``fps``."""
    frames = round(duration * fps) if fps else 0
    if frames < interval:
        return 0.0, duration
    return 0.0, frames // interval * interval / frames * duration


def _peaks(scores: np.ndarray) -> np.ndarray:
    """Local maxima and what is above half of the highest, but not the ends."""
    inner = scores[1:-1]
    found = np.zeros(len(scores), bool)
    found[1:-1] = ((inner > scores[2:]) & (inner > scores[:-2])) | (
        inner > 0.5 * scores.max())
    return found


def _soft_nms(found: Detections, cfg: dict) -> Detections:
    """Gaussian decay beyond a tIoU that grows with the better segment."""
    if len(found.scores) < 2:
        return found
    scores, left = found.scores.copy(), np.arange(len(found.scores))
    kept: List[int] = []
    while len(left) and len(kept) <= cfg['top_k']:
        place = int(np.argmax(scores[left]))
        best = left[place]
        kept.append(int(best))
        left = np.delete(left, place)
        start, end = found.segments[best]
        iou = _overlaps(start, end, *found.segments[left].T)
        limit = cfg['low_threshold'] + (
            cfg['high_threshold'] - cfg['low_threshold']) * (end - start)
        scores[left] *= np.where(
            iou > limit, np.exp(-np.square(iou) / cfg['alpha']), 1.0)
    return found._replace(scores=scores).take(np.array(kept, int))


def _overlaps(start, end, starts, ends) -> np.ndarray:
    """tIoU, rounded as in MMAction2: on a grid of few steps many are exactly
    at the limit."""
    shared = np.maximum(np.minimum(end, ends) - np.maximum(start, starts), 0)
    return shared / (end - start - shared + ends - starts)
