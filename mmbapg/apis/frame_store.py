"""Frames of videos, and their optical flow, as arrays on disk: decoded once
for all epochs."""
from pathlib import Path
from typing import Iterator, NamedTuple, Optional

import numpy as np
from mmengine.logging import print_log

from mmbapg.datasets.annotations import load_annotations
from mmbapg.datasets.open_videos import open_video
from mmbapg.datasets.optical_flow import flow_frames, flow_method
from mmbapg.datasets.transforms.frame_samplers import (
    FrameSampler,
    SampleFrameEvery,
)
from mmbapg.datasets.transforms.frame_sizes import (
    SampleFramesUpTo,
    ShrinkFrames,
)
from mmbapg.datasets.video_files import find_video
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
                 most: Optional[int] = None,
                 size: int = 112,
                 flow: Optional[str] = None,
                 filename_tmpl: str = '{}') -> Stored:
    """Write ``OUT/rgb/VIDEO.npy`` and, if asked for, ``OUT/flow/VIDEO.npy``.

    Flow is computed from the frames as they are stored, as AFSD's authors do.
    Files that are there already are kept.

    Args:
        ann_file: See :mod:`mmbapg.datasets.annotations`.
        videos: Folder.
        out: Folder to write.
        fps: Frames per second to store.
        most: In the place of a fixed rate, all frames of a video, or so many
            that are spread over a longer one.
        size: Height, and width, of stored frames in pixels.
        flow: A method of :mod:`mmbapg.datasets.optical_flow`; ``None`` for
            none.
        filename_tmpl: Name of a video's file, see
            :func:`mmbapg.datasets.video_files.find_video`.

    Raises:
        AnnotationError, VideoError, FlowError: If a file is unusable, or the
            method unknown.
    """
    if flow is not None:
        flow_method(flow)  # refused before any work
    sampler: FrameSampler = (
        SampleFrameEvery(1 / fps) if most is None else SampleFramesUpTo(most))
    written = kept = 0
    for video in load_annotations(ann_file, 'keep').values():
        rgb, moving = (file_of(Path(out) / kind, video.name, '{}.npy')
                       for kind in ('rgb', 'flow'))
        missing = [path for path in (rgb, moving)[:1 + bool(flow)]
                   if not path.is_file()]
        if rgb in missing:
            times, _ = sampler.sample(dict(
                video_name=video.name, duration=video.duration,
                fps=video.fps))
            path = find_video(videos, video.name, filename_tmpl)
            _write(rgb, _frames(path, times, size), len(times),
                   (size, size, 3))
        if moving in missing:
            stored = np.load(rgb, mmap_mode='r')
            _write(moving, flow_frames(stored, str(flow)), len(stored),
                   (*stored.shape[1:3], 2))
        written, kept = written + bool(missing), kept + (not missing)
    print_log(f'{out}: frames of {written} videos written, of {kept} kept',
              'current')
    return Stored(written, kept)


def _frames(path: Path, times: np.ndarray, size: int) -> Iterator[np.ndarray]:
    """Frames of a video, a few in memory at a time."""
    reader, shrink = open_video(str(path)), ShrinkFrames(size)
    for first in range(0, len(times), AT_ONCE):
        frames = reader.frames_at(times[first:first + AT_ONCE])
        yield from shrink(dict(imgs=list(frames)))['imgs']


def _write(path: Path, frames, number: int, shape: tuple) -> None:
    """An array of frames, which never is in memory as a whole."""

    def write(file) -> None:
        np.lib.format.write_array_header_1_0(file, dict(
            shape=(number, *shape), fortran_order=False,
            descr=np.lib.format.dtype_to_descr(np.dtype(np.uint8))))
        for frame in frames:
            file.write(np.ascontiguousarray(frame, np.uint8).tobytes())

    replace_file(path, write)
