"""mAP of proposals that scores of whole videos name, for many such scores."""
from typing import List, Sequence

import numpy as np

from .average_precision import (
    Segments,
    interpolated_ap,
    match_detections,
    pairwise_iou,
)


class NamedProposals:
    """Proposals of some videos, matched once for whatever scores name them.

    Within a video, all proposals of a class share the score of the class. So
    the order in which they take instances is that of their own scores, and
    which of them are true does not depend on who names them. Only the order
    among videos does. What :class:`mmbapg.models.VideoScoreFusion` and
    ``average_precision`` make of a video one by one is computed here for all.

    Args:
        proposals: Of each video.
        truth: Instances of each of these videos, in the same order, those
            that count.
        thresholds: tIoU thresholds to average over.
        topk, max_proposals, power: See
            :class:`mmbapg.models.VideoScoreFusion`.
    """

    def __init__(self, proposals: Sequence[Segments],
                 truth: Sequence[Segments], thresholds: Sequence[float],
                 topk: int = 2, max_proposals: int = 200,
                 power: float = 0.5) -> None:
        self.thresholds = list(thresholds)
        self.topk, self.power = topk, power
        self.truth = truth
        self.scores: List[np.ndarray] = []
        #: Of each video: class -> ``(thresholds, N)`` bool.
        self.hits = []
        for found, instances in zip(proposals, truth):
            order, scores = found.best_first()
            best = order[:max_proposals]
            self.scores.append(scores[:max_proposals])
            self.hits.append({label: match_detections(
                pairwise_iou(found.segments[best],
                             instances.of_class(label).segments),
                self.thresholds) >= 0
                for label in np.unique(instances.labels).tolist()})

    def mean_ap(self, scores: np.ndarray, chosen: np.ndarray) -> float:
        """Average mAP of some of the videos.

        Args:
            scores: ``(V, C)`` of each video and class, 0 or more.
            chosen: ``(V,)`` bool, which videos count.

        Returns:
            In [0, 1], over the classes that have instances there.
        """
        videos = np.flatnonzero(chosen)
        # stable: of equal scores the first class, as the best is asked for
        best = np.argsort(-scores[videos], axis=1, kind='stable')
        best = best[:, :self.topk]
        labels = np.concatenate([self.truth[video].labels
                                 for video in videos.tolist()])
        return float(np.mean([self._average_precision(
            label, scores[:, label], videos[(best == label).any(axis=1)],
            int((labels == label).sum())) for label in np.unique(labels)]))

    def _average_precision(self, label: int, weights: np.ndarray,
                           videos: np.ndarray, number: int) -> float:
        """Of a class with ``number`` instances, over the thresholds; it is
        among the best of ``videos``."""
        if not len(videos):
            return 0.0
        scores = np.concatenate([
            (self.scores[video] * weights[video])**self.power
            for video in videos])
        hits = np.concatenate([
            self.hits[video].get(label, np.zeros(
                (len(self.thresholds), len(self.scores[video])), dtype=bool))
            for video in videos], axis=1)
        order = np.argsort(-scores, kind='stable')
        return float(np.mean([interpolated_ap(row, number)
                              for row in hits[:, order]]))
