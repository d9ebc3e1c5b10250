"""Which frames of a video a network sees."""
import numpy as np


def spread_places(total: int, number: int) -> np.ndarray:
    """Places in the middle of equal parts of a video, in frames.

    OpenTAD's ``resize``, without its float ranges that come out one too long.

    Args:
        total: Frames of the video.
        number: How many.

    Returns:
        ``(number,)`` float64, ascending; where there are more places than
        frames, some lie up to half a frame before the first.

    Example:
        >>> spread_places(10, 4).tolist()
        [0.75, 3.25, 5.75, 8.25]
    """
    part = total / number
    first = part / 2 - 0.5
    return first + np.arange(number) * ((first + part) - first)


def spread_frames(total: int, number: int) -> np.ndarray:
    """Frames at :func:`spread_places`; of a short video, some are repeated.

    Args:
        total: Frames of the video.
        number: How many.

    Returns:
        ``(number,)`` int64, ascending.

    Example:
        >>> spread_frames(10, 4).tolist()
        [1, 3, 6, 8]
    """
    return _nearest(spread_places(total, number), total)


def strided_frames(total: int, stride: int) -> np.ndarray:
    """Every ``stride``-th frame of a video, the first one included."""
    return np.arange(0, total, stride)


def clip_frames(centres: np.ndarray, clip_len: int, interval: int,
                total: int) -> np.ndarray:
    """Frames of the clips around given frames.

    OpenTAD's ``LoadSnippetFrames``: as many frames before the centre as from
    it on. Beyond the ends of the video its first and last frame stand in.

    Args:
        centres: ``(n,)`` frames, or places between them: the frames of a
            clip are then the nearest to its places.
        clip_len: Frames of a clip; an even number.
        interval: From one frame of a clip to the next, in frames.
        total: Frames of the video.

    Returns:
        ``(n, clip_len)``.
    """
    if clip_len % 2:
        raise ValueError(f'clip_len is {clip_len}, expected an even number: '
                         'a clip has as many frames before its centre')
    offsets = (np.arange(clip_len) - clip_len // 2) * interval
    return _nearest(centres[:, None] + offsets, total)


def _nearest(places: np.ndarray, total: int) -> np.ndarray:
    """Frames of a video; half-way, the even ones."""
    return np.rint(places.clip(0, total - 1)).astype(np.int64)
