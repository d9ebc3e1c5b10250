"""Frames of a video file at given times."""
import os
from functools import lru_cache
from pathlib import Path

import numpy as np

#: Readers that each process keeps open.
OPEN_READERS = 8

#: Seconds by which a video may end before its annotated duration.
END_TOLERANCE = 1.0


class VideoError(ValueError):
    """A video file is not usable; the message says which and why."""


class VideoReader:
    """Frame-exact access by time, with decord.

    The frame at a time is the one shown then, also where the frame rate
    varies.

    Args:
        path: Video file.

    Raises:
        VideoError: If the file is missing, no video, or cut off.
    """

    def __init__(self, path: str) -> None:
        try:
            import decord
        except ImportError:
            raise ImportError(
                'reading videos needs decord: pip install decord') from None
        if not Path(path).is_file():
            raise VideoError(f'{path}: no such video')
        decord.logging.set_level(decord.logging.QUIET)
        try:
            self._reader = decord.VideoReader(path, num_threads=1)
            shown = self._reader.get_frame_timestamp(
                np.arange(len(self._reader)))
        except (RuntimeError, decord.DECORDError) as error:
            raise VideoError(
                f'{path}: found no video that can be decoded to its end '
                f'({str(error).strip().splitlines()[-1]}), expected a whole '
                'video file') from None
        self.path = path
        self._shown_from = shown[:, 0]
        self.duration = float(shown[-1, 1])

    @property
    def fps(self) -> float:
        """Average frame rate."""
        return float(self._reader.get_avg_fps())

    def frames_at(self, times: np.ndarray) -> np.ndarray:
        """The frames shown at ``times``.

        Args:
            times: ``(n,)`` seconds, ascending.

        Returns:
            ``(n, H, W, 3)`` uint8 RGB.

        Raises:
            VideoError: If the video ends well before the last time, or does
                not decode.
        """
        if times[-1] > self.duration + END_TOLERANCE:
            raise VideoError(
                f'{self.path}: found {self.duration:.2f} s of video, expected '
                f'a frame at {times[-1]:.2f} s; is the annotated duration '
                'right?')
        # Times and time stamps are rounded differently.
        index = np.searchsorted(self._shown_from, times + 1e-4, 'right') - 1
        index = index.clip(0, len(self._shown_from) - 1)
        try:
            return self._reader.get_batch(index).asnumpy()
        except Exception as error:
            raise VideoError(
                f'{self.path}: frames {index[0]} to {index[-1]} do not decode '
                f'({error})') from None


def open_video(path: str) -> VideoReader:
    """A reader from this process's own cache.

    A decord reader does not survive a fork, so readers that the parent
    process opened are never handed to a worker.
    """
    return _open(str(path), os.getpid())


@lru_cache(OPEN_READERS)
def _open(path: str, pid: int) -> VideoReader:
    return VideoReader(path)
