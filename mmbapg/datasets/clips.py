"""Action clips and the background clips beside them (BAPG, Fig. 3).

Everything here is about one video, in frames sampled at a fixed interval:
frame ``i`` stands for the middle of ``[i, i + 1) * interval`` seconds.
"""
from dataclasses import dataclass
from typing import List, Optional, Sequence, Tuple

import numpy as np

from mmbapg.setting_checks import expect_one_of

#: Half-open range of frames.
Range = Tuple[int, int]

SURROUNDINGS = ('background', 'any')


@dataclass
class InstanceFrames:
    """Frames of an instance and of what lies right before and after it.

    Attributes:
        label: Class.
        own: Frames of the instance.
        former: Hard negatives before it; empty where there are none.
        latter: Hard negatives after it.
    """
    label: int
    own: np.ndarray
    former: np.ndarray
    latter: np.ndarray


def merge_segments(segments: np.ndarray) -> np.ndarray:
    """Union of segments: overlapping and touching ones become one.

    Args:
        segments: ``(G, 2)`` seconds.

    Returns:
        ``(K, 2)`` disjoint action clips, ascending.
    """
    merged: List[List[float]] = []
    for start, end in sorted(map(tuple, segments)):
        if merged and start <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], end)
        else:
            merged.append([start, end])
    return np.array(merged, dtype=np.float64).reshape(-1, 2)


def background_clips(segments: np.ndarray, duration: float) -> np.ndarray:
    """The gaps between action clips, and before the first and after the last.

    Returns:
        ``(K, 2)`` seconds, none of them empty.

    Example:
        >>> background_clips(np.array([[2.0, 5.0], [4.0, 6.0]]), 10.0).tolist()
        [[0.0, 2.0], [6.0, 10.0]]
    """
    clips = merge_segments(segments).clip(0, duration)
    edges = np.concatenate([[0.0], clips.ravel(), [duration]]).reshape(-1, 2)
    return edges[edges[:, 1] > edges[:, 0]]


def frames_in(segment: Sequence[float], interval: float,
              num_frames: int) -> np.ndarray:
    """Frames whose middle lies in ``[start, end)`` seconds."""
    first, last = (int(np.ceil(time / interval - 0.5)) for time in segment)
    return np.arange(max(first, 0), min(max(last, first), num_frames))


def instance_frames(segments: np.ndarray,
                    labels: Sequence[int],
                    duration: float,
                    interval: float,
                    num_frames: int,
                    window: Optional[float] = None,
                    surroundings: str = 'background') -> List[InstanceFrames]:
    """Positives and hard negatives of every instance of a video.

    Args:
        segments: ``(G, 2)`` instances in seconds.
        labels: Their classes.
        duration: Of the video in seconds.
        interval: Seconds from one frame to the next.
        num_frames: Of the video.
        window: Hard negatives lie within so many seconds of the instance;
            ``None`` takes the whole background clip.
        surroundings: ``background`` is the paper's: the background clip that
            begins where the instance ends, or ends where it begins; an
            instance that touches another has none on that side. ``any`` takes
            whatever lies there within ``window``, so that an action that
            follows without a pause is told apart too; without a window these
            are random frames of the rest of the video, the control that shows
            whether negatives must be hard.
    """
    expect_one_of('surroundings', surroundings, SURROUNDINGS)
    reach = np.inf if window is None else window
    background = background_clips(segments, duration)
    found = []
    for (start, end), label in zip(segments, labels):
        own = frames_in((start, end), interval, num_frames)
        if surroundings == 'any':
            before = (max(start - reach, 0), start)
            after = (end, min(end + reach, duration))
        else:
            before = _ends_at(background, start, reach)
            after = _starts_at(background, end, reach)
        former, latter = (
            np.setdiff1d(frames_in(side, interval, num_frames), own)
            for side in (before, after))
        found.append(InstanceFrames(int(label), own, former, latter))
    return found


def _ends_at(clips: np.ndarray, time: float,
             reach: float) -> Tuple[float, float]:
    for start, end in clips:
        if end == time:
            return max(start, end - reach), end
    return time, time


def _starts_at(clips: np.ndarray, time: float,
               reach: float) -> Tuple[float, float]:
    for start, end in clips:
        if start == time:
            return start, min(end, start + reach)
    return time, time
