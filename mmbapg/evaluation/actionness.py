"""Whether anything happens: labels of short segments, and binary AP."""
import numpy as np


def segment_labels(segments: np.ndarray, times: np.ndarray) -> np.ndarray:
    """Which times lie in some instance.

    Args:
        segments: ``(G, 2)`` seconds.
        times: ``(n,)`` seconds, of the middles of short segments.

    Returns:
        ``(n,)`` bool.
    """
    inside = (times[:, None] >= segments[:, 0]) & (
        times[:, None] < segments[:, 1])
    return np.asarray(inside.any(axis=1))


def binary_average_precision(scores: np.ndarray,
                             labels: np.ndarray) -> float:
    """The area under the steps of precision over recall.

    Equal scores are found together, so that their order does not matter.

    Args:
        scores: ``(n,)``.
        labels: ``(n,)`` bool.

    Returns:
        Between 0 and 1; NaN if nothing is positive.

    Example:
        >>> scores = np.array([0.9, 0.8, 0.7])
        >>> binary_average_precision(scores, np.array([True, False, True]))
        0.8333333333333333
    """
    if not labels.any():
        return float('nan')
    order = np.argsort(-scores, kind='stable')
    found = np.cumsum(labels[order])
    last = np.append(np.flatnonzero(np.diff(scores[order])), len(scores) - 1)
    precision = found[last] / (last + 1)
    gained = np.diff(found[last], prepend=0)
    return float((precision * gained).sum() / labels.sum())
