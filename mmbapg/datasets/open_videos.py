"""Videos that a process keeps open, to go on decoding where it stopped."""
import gc
import os
from typing import Dict, List

from .video_reader import VideoReader

#: Readers that each process keeps.
MOST = 8

_readers: Dict[str, VideoReader] = {}  # the last used is the last
_inherited: List[VideoReader] = []


def open_video(path: str) -> VideoReader:
    """A reader of this process's own.

    It may be read as long as it is held, also when others have taken its place
    among those that are kept.

    Args:
        path: Video file.

    Raises:
        VideoError: See :class:`.VideoReader`.
    """
    path = str(path)
    reader = _readers.pop(path, None) or VideoReader(path)
    _readers[path] = reader
    while len(_readers) > MOST:
        _readers.pop(next(iter(_readers))).rewind()
    return reader


def _leave_to_parent() -> None:
    """In a worker that was forked: never touch what its parent had opened.

    Both share their place in a file. And a decoder that is freed waits for its
    threads, which a fork does not copy, for ever: so readers that the parent
    keeps, and those that it has given up and Python not freed yet, stay.
    """
    _inherited.extend(_readers.values())
    _readers.clear()
    gc.freeze()


if hasattr(os, 'register_at_fork'):  # Windows has no fork
    os.register_at_fork(after_in_child=_leave_to_parent)
