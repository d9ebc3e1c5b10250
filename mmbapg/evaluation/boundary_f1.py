"""How well change points meet the boundaries of actions."""
from typing import Sequence

import numpy as np
import torch

from mmbapg.ops import (
    evenly_spaced_cuts,
    find_change_points,
    max_feasible_change_points,
)

#: Boundaries at the ends of a video need no finding, in seconds.
EDGE = 0.01


def true_boundaries(segments: np.ndarray, duration: float) -> np.ndarray:
    """Starts and ends of instances, each once, except the video's own ends.

    Args:
        segments: ``(G, 2)`` seconds.
        duration: Of the video in seconds.
    """
    times = np.unique(segments.round(3))
    return times[(times > EDGE) & (times < duration - EDGE)]


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
    found, true = np.sort(found), np.sort(true)
    if not len(found) + len(true):
        return 1.0
    matches = first = second = 0
    while first < len(found) and second < len(true):
        if abs(found[first] - true[second]) <= tolerance:
            matches += 1
            first += 1
            second += 1
        elif found[first] < true[second]:
            first += 1
        else:
            second += 1
    return 2 * matches / (len(found) + len(true))


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
