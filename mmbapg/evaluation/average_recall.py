"""Average recall of proposals, as in the ActivityNet evaluation kit."""
from typing import Dict, NamedTuple, Optional, Tuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.integrate import trapezoid

from .average_precision import pairwise_iou

#: tIoU thresholds of the ActivityNet kit.
AR_THRESHOLDS = np.linspace(0.5, 0.95, 10)

#: Segments ``(N, 2)`` in seconds and scores ``(N,)`` of each video.
Proposals = Dict[str, Tuple[np.ndarray, np.ndarray]]


class AverageRecall(NamedTuple):
    """Recall over the average number of proposals per video (AN).

    ``recall`` ``(thresholds, 100)``; ``average_recall`` ``(100,)`` its mean
    over thresholds; ``num_proposals`` ``(100,)`` AN of each column; ``auc``
    area under the AR-AN curve in percent.
    """
    recall: np.ndarray
    average_recall: np.ndarray
    num_proposals: np.ndarray
    auc: float


def average_recall(ground_truth: Dict[str, np.ndarray],
                   proposals: Proposals,
                   max_proposals: Optional[float] = None,
                   thresholds: ArrayLike = AR_THRESHOLDS
                   ) -> AverageRecall:
    """Average recall at 100 numbers of proposals.

    The number of proposals that a video may use is a share of what it has,
    the same share for all videos, so that ``max_proposals`` is reached on
    average. Equals MMAction2's ``average_recall_at_avg_proposals``.

    Args:
        ground_truth: ``(G, 2)`` instances of each video in seconds.
        proposals: Proposals of each video; videos without an entry have none.
        max_proposals: Largest average number; by default all there are.
        thresholds: tIoU thresholds.

    Example:
        >>> found = np.array([[0.0, 4.0], [6.0, 7.0]]), np.array([0.9, 0.1])
        >>> average_recall(dict(v=np.array([[0.0, 4.0], [8.0, 9.0]])),
        ...                dict(v=found)).average_recall[-1].item()
        0.5
    """
    return RecallCounts(ground_truth, proposals, max_proposals,
                        thresholds).curve()


class RecallCounts:
    """What recall is counted of, so that videos can be drawn again.

    Args:
        ground_truth, proposals, max_proposals, thresholds: See
            :func:`average_recall`.

    Attributes:
        number: Of videos with ground truth.
    """

    def __init__(self,
                 ground_truth: Dict[str, np.ndarray],
                 proposals: Proposals,
                 max_proposals: Optional[float] = None,
                 thresholds: ArrayLike = AR_THRESHOLDS) -> None:
        self.levels = np.asarray(thresholds)
        self.number = len(ground_truth)
        self.max_proposals = max_proposals
        self.instances = np.array(
            [len(each) for each in ground_truth.values()])
        none = np.empty((0, 2)), np.empty(0)
        #: Of each video ``(N + 1, thresholds)``, found by the n best.
        self.found = [self._found(instances, *proposals.get(name, none))
                      for name, instances in ground_truth.items()]
        self.lengths = np.array([len(each) - 1 for each in self.found])
        self.others = (sum(len(scores) for _, scores in proposals.values()) -
                       int(self.lengths.sum()))

    def _found(self, instances: np.ndarray, segments: np.ndarray,
               scores: np.ndarray) -> np.ndarray:
        order = np.argsort(scores)[::-1]
        # single precision, as MMAction2 computes it
        iou = pairwise_iou(segments[order].astype(np.float32),
                           instances.astype(np.float32))
        best = np.zeros((len(iou) + 1, len(instances)), dtype=np.float32)
        if len(iou):
            best[1:] = np.maximum.accumulate(iou, axis=0)
        return (best[:, :, None] >= self.levels).sum(axis=1)

    def curve(self, draw: Optional[np.ndarray] = None) -> AverageRecall:
        """Of all videos once, or of video ``v`` ``draw[v]`` times."""
        if draw is None:
            draw = np.ones(self.number, dtype=np.int64)
        num_videos, total = int(draw.sum()), draw @ self.lengths + self.others
        shares = np.arange(1, 101) / 100.0
        if not total:
            zeros = np.zeros((len(self.levels), 100))
            return AverageRecall(zeros, zeros[0],
                                 shares * (self.max_proposals or 0), 0.0)
        most = self.max_proposals or total / num_videos
        ratio = most * float(num_videos) / total
        numbers = np.minimum((self.lengths * ratio).astype(int), self.lengths)
        used = int(draw @ numbers)
        shares = shares * (most * float(num_videos) / max(used, 1))
        columns = np.minimum((numbers[:, None] * shares).astype(int),
                             numbers[:, None])
        hits = np.zeros((100, len(self.levels)))
        for video in np.flatnonzero(draw):
            hits += draw[video] * self.found[video][columns[video]]
        recall = hits.T / max(draw @ self.instances, 1)
        num_proposals = shares * (float(used) / num_videos)
        area = trapezoid(recall.mean(axis=0), num_proposals)
        return AverageRecall(recall, recall.mean(axis=0), num_proposals,
                             float(100 * area / num_proposals[-1]))

    def figure(self, draw: np.ndarray) -> float:
        """The area under the curve, in [0, 1]; see :meth:`curve`."""
        return self.curve(draw).auc / 100
