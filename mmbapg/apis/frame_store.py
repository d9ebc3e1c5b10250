"""Frames of videos, and their optical flow, as arrays on disk: decoded once
for all epochs."""
from pathlib import Path
from typing import Iterator, NamedTuple, Optional

import numpy as np
from mmengine.logging import print_log

from mmbapg.datasets.annotations import VideoAnnotation, load_annotations
from mmbapg.datasets.optical_flow import flow_frames, flow_method
from mmbapg.datasets.transforms.frame_sizes import ShrinkFrames
from mmbapg.datasets.transforms.frame_windows import SampleFrameEvery
from mmbapg.datasets.video_files import find_video
from mmbapg.datasets.video_reader import open_video
from mmbapg.files import replace_file
from mmbapg.video_names import file_of

#: Frames that are decoded together.
AT_ONCE = 32


class Stored(NamedTuple):
    """Numbers of videos: ``written`` now, ``kept`` from before."""
    written: int
    kept: int


def store_frames(ann_file: str,
                 videos: str,
                 out: str,
                 fps: float = 10.0,
                 size: int = 112,
                 flow: Optional[str] = None) -> Stored:
    """Write ``OUT/rgb/VIDEO.npy`` and, if asked for, ``OUT/flow/VIDEO.npy``.

    Flow is computed from the frames as they are stored, as AFSD's authors do.
    Files that are there already are kept.

    Args:
        ann_file: See :mod:`mmbapg.datasets.annotations`.
        videos: Folder.
        out: Folder to write.
        fps: Frames per second to store.
        size: Height, and width, of stored frames in pixels.
        flow: A method of :mod:`mmbapg.datasets.optical_flow`; ``None`` for
            none.

    Raises:
        AnnotationError, VideoError, FlowError: If a file is unusable, or the
            method unknown.
    """
    if flow is not None:
        flow_method(flow)  # refused before any work
    written = kept = 0
    for video in load_annotations(ann_file, 'keep').values():
        rgb, moving = (file_of(Path(out) / kind, video.name, '{}.npy')
                       for kind in ('rgb', 'flow'))
        missing = [path for path in (rgb, moving)[:1 + bool(flow)]
                   if not path.is_file()]
        if rgb in missing:
            frames = Frames(find_video(videos, video.name), video, fps, size)
            _write(rgb, frames, frames.number, (size, size, 3))
        if moving in missing:
            stored = np.load(rgb, mmap_mode='r')
            _write(moving, flow_frames(stored, str(flow)), len(stored),
                   (*stored.shape[1:3], 2))
        written, kept = written + bool(missing), kept + (not missing)
    print_log(f'{out}: frames of {written} videos written, of {kept} kept',
              'current')
    return Stored(written, kept)


class Frames:
    """Frames of a video, a few in memory at a time.

    Args:
        path: Its file.
        video: Its annotation.
        fps, size: See :func:`store_frames`.
    """

    def __init__(self, path: Path, video: VideoAnnotation, fps: float,
                 size: int) -> None:
        self.path = path
        self.times, _ = SampleFrameEvery(1 / fps).sample(
            dict(video_name=video.name, duration=video.duration))
        self.number = len(self.times)
        self.shrink = ShrinkFrames(size)

    def __iter__(self) -> Iterator[np.ndarray]:
        reader = open_video(str(self.path))
        for first in range(0, self.number, AT_ONCE):
            frames = reader.frames_at(self.times[first:first + AT_ONCE])
            yield from self.shrink(dict(imgs=list(frames)))['imgs']


def _write(path: Path, frames, number: int, shape: tuple) -> None:
    """An array of frames, which never is in memory as a whole."""

    def write(file) -> None:
        np.lib.format.write_array_header_1_0(file, dict(
            shape=(number, *shape), fortran_order=False,
            descr=np.lib.format.dtype_to_descr(np.dtype(np.uint8))))
        for frame in frames:
            file.write(np.ascontiguousarray(frame, np.uint8).tobytes())

    replace_file(path, write)
