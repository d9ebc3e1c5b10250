"""Sliding windows over a sequence."""
from typing import List, Tuple

import numpy as np


def sliding_windows(num_steps: int,
                    size: int,
                    overlap: float,
                    complete: bool = True,
                    ignored_rest: int = 0) -> List[Tuple[int, int]]:
    """Windows that cover a sequence.

    Args:
        num_steps: Length of the sequence.
        size: Length of a window. A shorter sequence is one short window.
        overlap: Share of a window that the next one sees again, in [0, 1).
        complete: What covers steps that are left over at the end: a complete
            window that ends with the sequence (``True``), or a short window
            (``False``).
        ignored_rest: Up to so many steps that are left over are covered by
            no window.

    Returns:
        For each window its first step and the step after its last.

    Example:
        >>> sliding_windows(10, size=4, overlap=0.5)
        [(0, 4), (2, 6), (4, 8), (6, 10)]
    """
    # 10 * (1 - 0.8) is a little less than 2
    stride = round(size * (1 - overlap), 9)
    if not (size > 0 and 0 <= overlap < 1 and stride >= 1):
        raise ValueError(
            f'windows of {size} steps that overlap by {overlap}, expected at '
            'least one step from each to the next')
    if num_steps <= size:
        return [(0, num_steps)]
    number = int((num_steps - size) / stride) + 1
    windows = [(int(index * stride), int(index * stride) + size)
               for index in range(number)]
    if num_steps - windows[-1][1] > ignored_rest:
        first = num_steps - size if complete else int(number * stride)
        windows.append((first, num_steps))
    return windows


def clip_segments(segments: np.ndarray, start: float, end: float,
                  min_share: float) -> Tuple[np.ndarray, np.ndarray]:
    """What a window shows of segments.

    Args:
        segments: ``(G, 2)`` start and end, in the unit of the window.
        start, end: Of the window.
        min_share: A segment is kept if the window shows at least this share
            of it, and any of it.

    Returns:
        tuple: ``(K, 2)`` kept segments, clipped to the window, and ``(G,)``
        bool, which ones they are.
    """
    share = shown_share(segments, start, end)
    kept = (share > 0) & (share >= min_share)
    return segments[kept].clip(start, end), kept


def shown_share(segments: np.ndarray, start: float,
                end: float) -> np.ndarray:
    """Share of each segment that a window shows, NaN for those of no length.

    Args:
        segments: ``(G, 2)`` start and end, in the unit of the window.
        start, end: Of the window.
    """
    shown, length = (each[:, 1] - each[:, 0]
                     for each in (segments.clip(start, end), segments))
    with np.errstate(invalid='ignore'):
        return shown / length
