"""Frames of a video file by their number, whatever its time stamps say."""
from contextlib import contextmanager
from typing import Dict, Iterator

import numpy as np

from .video_orientation import as_shown
from .video_stream import VideoError, open_stream, read_packets


def count_frames(path: str) -> int:
    """Frames of a video file, as its packets tell.

    Raises:
        VideoError: If it is missing or unreadable.
    """
    with _only_video_errors(path):
        return len(read_packets(*open_stream(path)))


def frames_by_number(path: str, numbers: np.ndarray) -> np.ndarray:
    """Frames in the order in which they are shown.

    Args:
        path: Video file.
        numbers: ``(n,)`` from 0 on, ascending.

    Returns:
        ``(n, H, W, 3)`` uint8 RGB.

    Raises:
        VideoError: If the file is missing or unreadable, or ends before.
    """
    import av
    converter = av.video.reformatter.VideoReformatter()
    wanted, last, number = set(numbers.tolist()), int(numbers[-1]), -1
    found: Dict[int, np.ndarray] = {}
    with _only_video_errors(path):
        container, stream = open_stream(path)
        for number, frame in enumerate(container.decode(stream)):
            if number in wanted:
                found[number] = as_shown(converter.reformat(
                    frame, format='rgb24').to_ndarray(), frame)
            if number == last:
                break
    if last not in found:
        raise VideoError(f'{path}: found {number + 1} frames that decode, '
                         f'expected one of number {last}')
    return np.stack([found[number] for number in numbers.tolist()])


@contextmanager
def _only_video_errors(path: str) -> Iterator[None]:
    """Those of PyAV become sentences that name the file."""
    import av
    try:
        yield
    except (av.FFmpegError, EOFError, OSError) as error:
        raise VideoError(
            f'{path}: found no video that can be decoded ({error}), expected '
            'a whole video file') from None
