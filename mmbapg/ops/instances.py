"""Repeated instances."""
from typing import List, Optional

import numpy as np


def distinct_instances(segments: np.ndarray,
                       labels: np.ndarray,
                       tolerance: float = 1e-3,
                       min_length: Optional[float] = None) -> np.ndarray:
    """Which instances to keep so that none is there twice.

    Args:
        segments: ``(G, 2)`` in seconds.
        labels: ``(G,)``.
        tolerance: In seconds: two of a label whose starts and ends differ by
            no more are one, the first.
        min_length: In seconds: shorter ones are left out, too.

    Returns:
        Ascending int64 indices of the instances to keep.
    """
    kept: List[int] = []
    for index, (segment, label) in enumerate(zip(segments, labels)):
        if min_length is not None and segment[1] - segment[0] < min_length:
            continue
        near = np.abs(segments[kept] - segment) <= tolerance
        if not (near.all(axis=1) & (labels[kept] == label)).any():
            kept.append(index)
    return np.array(kept, dtype=np.int64)
