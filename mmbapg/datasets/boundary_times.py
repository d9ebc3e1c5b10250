"""Where actions start and end, and how often."""
from typing import Optional, Sequence

import numpy as np

from .annotations import VideoAnnotation

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


def boundary_rate(videos: Sequence[VideoAnnotation]) -> Optional[float]:
    """Boundaries in a second of these videos; ``None`` if they have none."""
    number = sum(len(true_boundaries(video.segments, video.duration))
                 for video in videos)
    seconds = sum(video.duration for video in videos)
    return number / seconds if number else None
