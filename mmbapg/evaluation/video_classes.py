"""How well scores of whole videos name what happens in them."""
import numpy as np
from mmaction.evaluation import mean_average_precision


def class_mean_ap(scores: np.ndarray, truth: np.ndarray) -> float:
    """Mean over classes of the average precision of videos.

    Args:
        scores: ``(V, C)``.
        truth: ``(V, C)`` bool, whether the class happens in the video.

    Returns:
        In [0, 1], over the classes that happen in a video.

    Example:
        >>> class_mean_ap(np.array([[0.9], [0.8], [0.1]]),
        ...               np.array([[False], [True], [False]]))
        0.5
    """
    there = truth.any(axis=0)
    return float(mean_average_precision(
        list(scores[:, there]), list(truth[:, there].astype(np.int64))))


def top1_accuracy(scores: np.ndarray, truth: np.ndarray) -> float:
    """Share of videos whose best class happens in them.

    Args:
        scores, truth: See :func:`class_mean_ap`. Videos in which nothing
            happens do not count.
    """
    labelled = np.flatnonzero(truth.any(axis=1))
    best = scores[labelled].argmax(axis=1)
    return float(truth[labelled, best].mean())
