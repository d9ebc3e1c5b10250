"""Segments as columns of numbers: what a page loads, in few bytes."""
from typing import Any, Dict, Optional

import numpy as np

from mmbapg.evaluation import Segments
from mmbapg.evaluation.error_analysis import Matching

from .packing import FRACTIONS, WHOLE, packed


def columns_of(video: Segments) -> Dict[str, list]:
    """Segments of a video, each column :func:`.packed`: ``start`` and
    ``length`` in milliseconds, ``label``, and for detections ``score`` with
    four digits."""
    start, end = np.round(1000 * np.asarray(video.segments, np.float64)).T
    columns = dict(start=packed(start, WHOLE),
                   length=packed(end - start, WHOLE),
                   label=packed(video.labels, WHOLE))
    if video.scores is not None:
        columns['score'] = packed(
            [float(f'{score:.4g}') for score in video.scores], FRACTIONS)
    return columns


def judged_columns(matching: Matching, kinds: np.ndarray,
                   video: int) -> Dict[str, Any]:
    """Detections of a judged video, best first.

    Args:
        matching: Of all videos.
        kinds: ``(N,)``, :meth:`.Matching.kinds`.
        video: Its number.

    Returns:
        :func:`columns_of`; ``kind``, a digit for each, which is an index of
        :data:`mmbapg.evaluation.error_analysis.KINDS`; and ``hits``, the
        instance of the video that each true positive hits, in order.
    """
    mine = np.flatnonzero(matching.video == video)
    hit = matching.instance[mine]
    first = np.searchsorted(matching.true_video, video)
    return dict(
        columns_of(Segments(matching.segments[mine], matching.labels[mine],
                            matching.scores[mine])),
        kind=''.join(map(str, kinds[mine])),
        hits=(hit[hit >= 0] - first).tolist())


def unjudged_columns(found: Optional[Segments]) -> Dict[str, Any]:
    """Detections, best first, of a video without annotations; or proposals."""
    if found is None:
        found = Segments(np.empty((0, 2)), np.empty(0, np.int64), np.empty(0))
    order, scores = found.best_first()
    return columns_of(Segments(found.segments[order], found.labels[order],
                               scores))
