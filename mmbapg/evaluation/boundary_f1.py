"""How well change points, and detections, meet the boundaries of actions."""
from bisect import bisect
from typing import List, Sequence

import numpy as np
import torch
from scipy.optimize import linear_sum_assignment

from mmbapg.datasets.boundary_times import EDGE
from mmbapg.datasets.boundary_times import (
    true_boundaries as true_boundaries,
)
from mmbapg.ops import (
    evenly_spaced_cuts,
    find_change_points,
    max_feasible_change_points,
)

#: Boundaries of detections that are nearer to each other are one, in seconds.
#: Localizers find a boundary many times; with less, their repeats take the
#: place of others, and they seem worse than they are.
APART = 1.0


def boundary_f1(found: np.ndarray, true: np.ndarray,
                tolerance: float) -> float:
    """F1 of found times, each matched with at most one true boundary.

    Args:
        found: Times in seconds.
        true: Times in seconds.
        tolerance: Largest difference of a match, in seconds.

    Returns:
        In [0, 1]; 1 if there is nothing to find and nothing is found.

    Example:
        >>> boundary_f1(np.array([2.1, 5.0]), np.array([2.0, 9.0]), 0.5)
        0.5
    """
    if not len(found) + len(true):
        return 1.0
    matches = len(boundary_pairs(found, true, tolerance))
    return 2 * matches / (len(found) + len(true))


def boundary_pairs(found: np.ndarray, true: np.ndarray,
                   tolerance: float) -> np.ndarray:
    """Match found times with true boundaries, one with one.

    As many pairs as possible; of the ways to get them, the one in which the
    differences are smallest in sum.

    Args:
        found: ``(F,)`` times in seconds.
        true: ``(B,)`` times in seconds.
        tolerance: Largest difference of a pair, in seconds.

    Returns:
        ``(P, 2)`` int64: index into ``found``, index into ``true``.

    Example:
        >>> boundary_pairs(np.array([2.1, 5.0]), np.array([9.0, 2.0]), 0.5)
        array([[0, 1]])
    """
    difference = np.abs(np.subtract.outer(found, true))
    # no sum of differences of pairs is worth leaving one pair out
    never = 1 + tolerance * (1 + min(difference.shape))
    pairs = np.stack(linear_sum_assignment(
        np.where(difference <= tolerance, difference, never)), axis=1)
    return pairs[difference[tuple(pairs.T)] <= tolerance]


def detected_boundaries(segments: np.ndarray, scores: np.ndarray, number: int,
                        duration: float, apart: float = APART) -> np.ndarray:
    """Starts and ends of detections, best first, until there are enough.

    The start of a detection comes before its end. Passed over is what lies
    nearer than ``apart`` to a boundary that is already taken, which most often
    is the same one found again, and what is an end of the video. So it is
    judged like change points that are told their number.

    Args:
        segments: ``(N, 2)`` seconds, of any class, in any order.
        scores: ``(N,)``.
        number: Most boundaries to take.
        duration: Of the video in seconds.
        apart: In seconds.

    Returns:
        Times in seconds, ascending; fewer than ``number`` where detections
        have no more.

    Example:
        >>> segments = np.array([[2.0, 5.0], [2.2, 5.1], [5.0, 8.0]])
        >>> detected_boundaries(segments, np.array([0.9, 0.8, 0.7]), 3, 10.0)
        array([2., 5., 8.])
    """
    taken: List[float] = []
    times = segments[np.argsort(-scores, kind='stable')].ravel()
    for time in times[(times > EDGE) & (times < duration - EDGE)].tolist():
        if len(taken) >= number:
            break
        place = bisect(taken, time)
        if all(abs(time - near) >= apart
               for near in taken[max(place - 1, 0):place + 1]):
            taken.insert(place, time)
    return np.array(taken)


def cut_times(embeddings: np.ndarray, number: int, interval: float,
              min_size: int = 1) -> np.ndarray:
    """Seconds of the best ``number`` change points (fewer in short videos)."""
    number = min(number,
                 max_feasible_change_points(len(embeddings), min_size))
    if not number:
        return np.empty(0)
    found = find_change_points(torch.from_numpy(embeddings), number, min_size)
    return found.change_points[number - 1].numpy() * interval


def even_times(num_frames: int, number: int, interval: float) -> np.ndarray:
    """Seconds of evenly spaced cuts, the control."""
    return evenly_spaced_cuts(num_frames, number).numpy() * interval


def mean_boundary_f1(found: Sequence[np.ndarray], true: Sequence[np.ndarray],
                     tolerances: Sequence[float]) -> np.ndarray:
    """Mean over videos of :func:`boundary_f1`, for each tolerance."""
    return np.array([
        np.mean([boundary_f1(*pair, tolerance)
                 for pair in zip(found, true)]) for tolerance in tolerances
    ])
