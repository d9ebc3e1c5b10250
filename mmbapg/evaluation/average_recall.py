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
    levels = np.asarray(thresholds)
    total = sum(len(scores) for _, scores in proposals.values())
    num_videos = len(ground_truth)
    shares = np.arange(1, 101) / 100.0
    if not total:
        zeros = np.zeros((len(levels), 100))
        return AverageRecall(zeros, zeros[0], shares * (max_proposals or 0),
                             0.0)
    max_proposals = max_proposals or total / num_videos
    ratio = max_proposals * float(num_videos) / total

    ious, used = [], 0
    for name, instances in ground_truth.items():
        segments, scores = proposals.get(
            name, (np.empty((0, 2)), np.empty(0)))
        number = min(int(len(scores) * ratio), len(scores))
        order = np.argsort(scores)[::-1][:number]
        # single precision, as MMAction2 computes it
        iou = pairwise_iou(segments[order].astype(np.float32),
                           instances.astype(np.float32))
        ious.append(iou.astype(np.float32))
        used += number

    shares = shares * (max_proposals * float(num_videos) / max(used, 1))
    hits = np.zeros((len(levels), 100))
    for iou in ious:
        columns = np.minimum((len(iou) * shares).astype(int), len(iou))
        best = np.zeros((len(iou) + 1, iou.shape[1]), dtype=np.float32)
        if len(iou):
            best[1:] = np.maximum.accumulate(iou, axis=0)
        hits += (best[columns][None] >= levels[:, None, None]).sum(axis=2)
    recall = hits / sum(map(len, ground_truth.values()))
    num_proposals = shares * (float(used) / num_videos)
    area = trapezoid(recall.mean(axis=0), num_proposals)
    return AverageRecall(recall, recall.mean(axis=0), num_proposals,
                         float(100 * area / num_proposals[-1]))
