"""Where actions start and end, and how often."""
from typing import Optional, Sequence

import numpy as np

from .annotations import VideoAnnotation

#: Boundaries at the ends of a video need no finding, in seconds.
EDGE = 0.01
#: The number of boundaries grows with this power of a video's length. Longer
#: videos have more of them, but fewer in a second: in the training videos of
#: three datasets the power is below 0.3. But a video that is far longer or
#: shorter than all of these has nothing but their rate to go by, a power of 1.
GROWTH = 0.75


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
    return number / (len(videos) * mean_duration(videos)) if number else None


def mean_duration(videos: Sequence[VideoAnnotation]) -> float:
    """Of videos, in seconds."""
    return sum(float(video.duration) for video in videos) / len(videos)


def expected_boundaries(rate: float, usual: float, duration: float) -> float:
    """How many boundaries a video has that nobody has looked at.

    Args:
        rate: Boundaries in a second of other videos.
        usual: Mean duration of these, in seconds.
        duration: Of the video, in seconds.

    Example:
        >>> expected_boundaries(0.1, usual=100.0, duration=1600.0)
        80.0
    """
    return rate * usual * (duration / usual)**GROWTH
