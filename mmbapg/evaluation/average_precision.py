"""Mean average precision of detections, and recall at k times the instances.

Three conventions are in use. They differ in what a detection in a video that
the ground truth does not know means, and in which ground truth counts:

- ``actionformer``: it is a false positive (``libs/utils/metrics.py``).
  Repeated ground truth is removed first, and so is what is shorter than 1 ms.
- ``tridet``: the same, but short ground truth stays.
- ``activitynet``: it is nothing; such detections are dropped (the ActivityNet
  evaluation kit as AFSD ships it). All ground truth counts.

One quirk of the first two is not repeated here: where a class has no ground
truth, their evaluators count its detections against another class.
"""
from typing import Dict, NamedTuple, Optional, Sequence

import numpy as np

from mmbapg.ops import distinct_instances
from mmbapg.ops.compilation import has_numba
from mmbapg.setting_checks import expect_one_of

CONVENTIONS = ('actionformer', 'tridet', 'activitynet')


class Segments(NamedTuple):
    """Instances or detections of one video.

    ``segments`` ``(N, 2)`` in seconds, ``labels`` ``(N,)``, and for
    detections ``scores`` ``(N,)``.
    """
    segments: np.ndarray
    labels: np.ndarray
    scores: 'np.ndarray | None' = None

    def of_class(self, label: int) -> 'Segments':
        """Those of one class."""
        chosen = np.flatnonzero(self.labels == label)
        return Segments(
            self.segments[chosen], self.labels[chosen],
            None if self.scores is None else self.scores[chosen])

    def detections(self) -> 'tuple[np.ndarray, np.ndarray, np.ndarray]':
        """Segments, labels and scores.

        Raises:
            ValueError: If these are instances.
        """
        if self.scores is None:
            raise ValueError('found no scores, expected those of detections')
        return self.segments, self.labels, self.scores

    def best_first(self) -> 'tuple[np.ndarray, np.ndarray]':
        """Order ``(N,)`` of detections by score, and the scores in it."""
        *_, scores = self.detections()
        order = np.argsort(-scores, kind='stable')
        return order, scores[order]


Videos = Dict[str, Segments]


def average_precision(ground_truth: Videos,
                      detections: Videos,
                      label: int,
                      thresholds: Sequence[float],
                      convention: str = 'actionformer') -> np.ndarray:
    """Average precision of one class at every tIoU threshold.

    Detections are visited best first. Each takes the instance that it
    overlaps most of those that are still free, if tIoU reaches the threshold,
    and is a false positive otherwise. Precision is interpolated.

    Args:
        ground_truth: Instances of every video.
        detections: Detections of every video.
        label: The class.
        thresholds: tIoU thresholds.
        convention: One of :data:`CONVENTIONS`.

    Returns:
        ``(len(thresholds),)``; 0 where there are no detections, NaN for a
        class without instances.

    Example:
        >>> truth = dict(v=Segments(np.array([[0.0, 4.0]]), np.array([0])))
        >>> found = dict(v=Segments(np.array([[0.0, 3.0], [7.0, 9.0]]),
        ...                         np.array([0, 0]), np.array([0.9, 0.8])))
        >>> average_precision(truth, found, 0, [0.5, 0.9]).tolist()
        [1.0, 0.0]
    """
    expect_one_of('convention', convention, CONVENTIONS)
    instances = {name: video.of_class(label).segments
                 for name, video in ground_truth.items()}
    num_instances = sum(map(len, instances.values()))
    if not num_instances:
        return np.full(len(thresholds), np.nan)
    scores, hits = [], []
    for name, video in detections.items():
        if convention == 'activitynet' and name not in ground_truth:
            continue
        found = video.of_class(label)
        order, ordered = found.best_first()
        scores.append(ordered)
        iou = pairwise_iou(found.segments[order],
                           instances.get(name, np.empty((0, 2))))
        hits.append(match_detections(iou, thresholds) >= 0)
    if not scores:
        return np.zeros(len(thresholds))
    order = np.argsort(-np.concatenate(scores), kind='stable')
    joined = np.concatenate(hits, axis=1)[:, order]
    return np.array([interpolated_ap(hit, num_instances) for hit in joined])


def recall_at_kx(ground_truth: Videos, detections: Videos, label: int,
                 thresholds: Sequence[float],
                 topk: Sequence[int]) -> np.ndarray:
    """Recall of the best ``k * G`` detections of each video with G instances.

    ActionFormer's ``Recall@kx``, one class.

    Returns:
        ``(len(thresholds), len(topk))``.
    """
    hits = np.zeros((len(thresholds), len(topk)))
    num_instances = 0
    for name, video in ground_truth.items():
        instances = video.of_class(label).segments
        num_instances += len(instances)
        if name not in detections or not len(instances):
            continue
        found = detections[name].of_class(label)
        order, _ = found.best_first()
        iou = pairwise_iou(found.segments[order], instances)
        for column, k in enumerate(topk):
            best = iou[:k * len(instances)].max(axis=0, initial=0)
            hits[:, column] += [(best >= threshold).sum()
                                for threshold in thresholds]
    return hits / num_instances


def pairwise_iou(segments: np.ndarray, others: np.ndarray) -> np.ndarray:
    """tIoU ``(N, M)`` of ``(N, 2)`` and ``(M, 2)`` segments."""
    overlap = (np.minimum(segments[:, None, 1], others[None, :, 1]) -
               np.maximum(segments[:, None, 0], others[None, :, 0])).clip(0)
    union = ((segments[:, 1] - segments[:, 0])[:, None] +
             (others[:, 1] - others[:, 0]) - overlap)
    return np.divide(overlap, union, out=np.zeros_like(overlap),
                     where=union > 0)


def counted_instances(video: Segments, convention: str,
                      tolerance: float = 1e-3) -> Segments:
    """The ground truth of a video that a convention counts.

    Args:
        video: Instances.
        convention: One of :data:`CONVENTIONS`.
        tolerance: Seconds by which the ends of a repeated instance may differ,
            and below which an instance is short.
    """
    if convention == 'activitynet':
        return video
    kept = distinct_instances(
        video.segments, video.labels, tolerance,
        min_length=tolerance if convention == 'actionformer' else None)
    return Segments(video.segments[kept], video.labels[kept])


def match_detections(iou: np.ndarray,
                     thresholds: Sequence[float]) -> np.ndarray:
    """Give each detection of a video, best first, the instance that it
    overlaps most of those that are still free.

    Args:
        iou: ``(N, G)`` tIoU.
        thresholds: Least tIoU.

    Returns:
        ``(len(thresholds), N)`` indices of instances, -1 for none.
    """
    matched = np.full((len(thresholds), len(iou)), -1)
    if not iou.size:
        return matched
    if has_numba():
        # imported when needed: Numba takes a second
        from .compiled_matching import match
    else:
        match = _match
    match(np.asarray(iou, dtype=np.float64),
          np.asarray(thresholds, dtype=np.float64),
          np.ones(iou.shape[1], dtype=bool), matched)
    return matched


def _match(iou, thresholds, free, matched) -> None:
    """See :func:`.compiled_matching.match`."""
    preference = np.argsort(-iou, axis=1, kind='stable')
    for row, threshold in enumerate(thresholds):
        free[:] = True
        for index in np.flatnonzero(iou.max(axis=1) >= threshold):
            for choice in preference[index]:
                if iou[index, choice] < threshold:
                    break
                if free[choice]:
                    free[choice] = False
                    matched[row, index] = choice
                    break


def interpolated_ap(hits: np.ndarray,
                    num_instances: int,
                    normalizer: Optional[float] = None) -> float:
    """Area under interpolated precision.

    Args:
        hits: ``(N,)`` whether each detection, best first, is true.
        num_instances: That could be found.
        normalizer: Compute precision as if there were so many.
    """
    true_positives = hits.cumsum()
    recall = np.concatenate([[0], true_positives / num_instances])
    found = (true_positives if normalizer is None else
             recall[1:] * normalizer)
    false_positives = np.arange(1, len(hits) + 1) - true_positives
    precision = np.divide(found, found + false_positives,
                          out=np.zeros(len(hits)),
                          where=found + false_positives > 0)
    return float((np.diff(recall) * interpolated(precision)).sum())


def interpolated(precision: np.ndarray) -> np.ndarray:
    """The best precision at this recall or a higher one, ``(N,)``."""
    return np.maximum.accumulate(precision[::-1])[::-1]
