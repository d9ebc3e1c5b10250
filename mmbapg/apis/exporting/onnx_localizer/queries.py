"""From what the queries of windows tell to detections (TadTR)."""
from typing import List, Tuple

import numpy as np

from .detections import Detections, joined
from .nms import greedy


def windows_of(num_steps: int, size: int,
               overlap: float) -> List[Tuple[int, int]]:
    """First step of each window and the step after its last; the last window
    may be short."""
    stride = round(size * (1 - overlap), 9)
    number = 1 + max(int(np.ceil(round((num_steps - size) / stride, 9))), 0)
    firsts = [int(index * stride) for index in range(number)]
    return [(first, min(first + size, num_steps)) for first in firsts]


def decode(scores: np.ndarray, shares: np.ndarray,
           windows: List[Tuple[int, int]], length: int,
           cfg: dict) -> Detections:
    """Detections in steps, best first; step ``i`` fills ``[i, i + 1)``.

    Args:
        scores: ``(B, Q, classes)`` of each window.
        shares: ``(B, Q, 2)`` start and end, as shares of the window.
        windows: See :func:`windows_of`.
        length: Steps that each window counts as.
        cfg: ``decoding`` of the exported settings.
    """
    parts = []
    for score, share, (first, _) in zip(scores, shares, windows):
        flat = score.ravel()
        best = np.argsort(-flat, kind='stable')[:cfg['max_per_window']]
        query, label = np.divmod(best, score.shape[1])
        parts.append(Detections(first + share[query] * np.float32(length),
                                flat[best], label))
    found = joined(parts)
    shared = [(after[0], before[1])
              for before, after in zip(windows, windows[1:])]
    return found.take(_survivors(found, shared, cfg)).best_first()


def _survivors(found: Detections, shared: List[Tuple[int, int]],
               cfg: dict) -> np.ndarray:
    """NMS only where two windows overlap, once for each such stretch, on what
    touches it, within each class."""
    start, end = found.segments.T
    alone = np.ones(len(start), bool)
    survivors = [np.zeros(0, int)]
    for first, last in shared:
        touches = np.minimum(end, last) > np.maximum(start, first)
        alone &= ~touches
        for label in np.unique(found.labels[touches]):
            index = np.flatnonzero(touches & (found.labels == label))
            # in the place of labels, to know which ones are kept
            group = found.take(index)._replace(labels=index)
            survivors.append(greedy(group, cfg['iou_threshold']).labels)
    kept = np.concatenate([*survivors, np.flatnonzero(alone)])
    return kept if cfg['list_repeats'] else np.unique(kept)
