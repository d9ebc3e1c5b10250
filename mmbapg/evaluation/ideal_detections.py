"""What mAP would be if one thing about detections were right.

Ceilings of correcting detections afterwards, and a way to see what a method
gains in: if it has no more than another once boundaries of both are right, it
gains by its boundaries.
"""
from typing import Dict, NamedTuple, Sequence

import numpy as np

from .average_precision import (
    Segments,
    Videos,
    average_precision,
    pairwise_iou,
)

#: Detections with less tIoU than this are of no instance.
NEAR = 0.3
#: From which one that is put first finds its instance.
TRUE = 0.5
#: What can be right, in the order of tables.
IDEALS = ('no classes', 'right classes', 'right boundaries', 'right order')


class Judged(NamedTuple):
    """Instances and detections of the same videos."""
    truth: Videos
    found: Videos


def ideal_detections(truth: Videos, found: Videos) -> Dict[str, Judged]:
    """Instances and detections with one thing that is right.

    - ``no classes``: as if all were of one class;
    - ``right classes``: each detection has the class of the instance that it
      overlaps most;
    - ``right boundaries``: and the segment of the one of its class that it
      overlaps most, both from tIoU :data:`NEAR`. Several can become alike, of
      which one is right;
    - ``right order``: those that overlap an instance of their class, from tIoU
      :data:`TRUE`, stand before all others.

    Args:
        truth: Instances of every video.
        found: Detections; those of videos that ``truth`` does not know stay
            as they are.

    Returns:
        Each of :data:`IDEALS` -> what to judge.
    """
    changed: Dict[str, Videos] = {name: {} for name in IDEALS}
    best = max((float(each.best_first()[1].max(initial=0))
                for each in found.values()), default=0.0)
    for name, video in found.items():
        segments, labels, scores = video.detections()
        instances = truth.get(name, _NO_INSTANCES)
        overlap = pairwise_iou(segments, instances.segments)
        same = np.where(labels[:, None] == instances.labels, overlap, 0)
        right_labels, right_segments = labels.copy(), segments.copy()
        near = overlap.max(axis=1, initial=0) >= NEAR
        right_labels[near] = instances.labels[_nearest(overlap[near])]
        near = same.max(axis=1, initial=0) >= NEAR
        right_segments[near] = instances.segments[_nearest(same[near])]
        first = (same.max(axis=1, initial=0) >= TRUE) * (1 + best)
        changed['no classes'][name] = _of_one_class(video)
        changed['right classes'][name] = video._replace(labels=right_labels)
        changed['right boundaries'][name] = video._replace(
            segments=right_segments)
        changed['right order'][name] = video._replace(scores=scores + first)
    without = {name: _of_one_class(video) for name, video in truth.items()}
    return {name: Judged(without if name == 'no classes' else truth, videos)
            for name, videos in changed.items()}


def mean_ap(judged: Judged, thresholds: Sequence[float]) -> float:
    """mAP in [0, 1], averaged over tIoU thresholds; videos that the truth does
    not know do not count."""
    labels = np.unique(np.concatenate([
        video.labels for video in judged.truth.values()]))
    return float(np.mean([
        average_precision(*judged, label, thresholds, 'activitynet')
        for label in labels]))


def _of_one_class(video: Segments) -> Segments:
    return video._replace(labels=np.zeros_like(video.labels))


def _nearest(overlap: np.ndarray) -> np.ndarray:
    return overlap.argmax(axis=1) if overlap.size else np.empty(0, int)


_NO_INSTANCES = Segments(np.empty((0, 2)), np.empty(0, np.int64))
