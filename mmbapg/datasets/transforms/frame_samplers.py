"""Which frames of raw video a localizer sees, before any is decoded.

Times of frames stand where features of other localizers do: as ``features``
``(N,)`` in seconds, with the ``grid`` of frames, so that what crops features
and instances in time crops these; or ``(N, clip_len)``, where each step has a
clip of its own.
"""
from dataclasses import replace
from typing import Optional, Tuple

import numpy as np
from mmaction.registry import TRANSFORMS
from mmcv.transforms import BaseTransform

from mmbapg.errors import SettingError
from mmbapg.ops import (
    TemporalGrid,
    clip_frames,
    spread_frames,
    spread_places,
    strided_frames,
)
from mmbapg.setting_checks import expect_accepted

from ..video_stream import VideoError


class FrameSampler(BaseTransform):
    """What the samplers of frames share.

    Reads ``duration``, ``fps``, and of a long video the ``steps`` to take,
    the first and the one after the last; adds ``features`` ``(N,)``, times of
    frames, ``grid``, on which a step is a frame, and ``frames_per_step``.

    Args:
        frames_per_step: Frames for one step of the localizer.
    """

    #: Whether steps share the whole video, however long it is.
    is_spread = False

    def __init__(self, frames_per_step: int = 1) -> None:
        self.frames_per_step = frames_per_step

    @property
    def decoded_per_step(self) -> int:
        """Frames for one step that the video network is given."""
        return self.frames_per_step

    def transform(self, results: dict) -> dict:
        times, grid = self.sample(results)
        if results.get('steps') is not None:
            first, end = (each * self.frames_per_step
                          for each in results['steps'])
            times, grid = times[first:end], grid.cropped(first)
        results.update(features=times, grid=grid,
                       frames_per_step=self.frames_per_step)
        return results

    def num_steps(self, results: dict) -> int:
        """Whole steps of a video."""
        return self.steps_of(results)[0]

    def sample(self, video: dict) -> Tuple[np.ndarray, TemporalGrid]:
        """Times of the frames of a whole video, and their grid."""
        raise NotImplementedError

    def steps_of(self, video: dict) -> Tuple[int, TemporalGrid]:
        """Whole steps of a video, and their grid."""
        times, grid = self.sample(video)
        return (len(times) // self.frames_per_step,
                grid_of_steps(grid, self.frames_per_step))


@TRANSFORMS.register_module()
class SampleEveryFrame(FrameSampler):
    """Every so many frames of a video, as AdaTAD's settings have it.

    Frame ``i`` of a video is the one shown at ``(i + 0.5) / fps`` seconds, so
    that a video whose frame rate varies is sampled evenly in time.

    Args:
        stride: Video frames from one step of the localizer to the next.
        frames_per_step: Frames for one step; divides ``stride``.
        window: Video frames that a step describes, see
            :class:`mmbapg.ops.TemporalGrid`. OpenTAD's steps stand for the
            beginning of their frame: 0.
        fps: By default, those of each video.

    Raises:
        VideoError: If the frame rate is not known.
    """

    def __init__(self,
                 stride: int,
                 frames_per_step: int = 1,
                 window: float = 0,
                 fps: Optional[float] = None) -> None:
        super().__init__(frames_per_step)
        if stride < 1 or stride % frames_per_step:
            raise SettingError(
                f'stride is {stride}, expected a multiple of frames_per_step='
                f'{frames_per_step}, above 0')
        self.stride = stride
        self.window = window
        self.fps = fps

    def sample(self, video: dict) -> Tuple[np.ndarray, TemporalGrid]:
        """See :class:`FrameSampler`."""
        fps = frame_rate(video, self.fps)
        stride = self.stride // self.frames_per_step
        frames = strided_frames(num_frames(video, fps), stride)
        return (frames + 0.5) / fps, TemporalGrid(
            stride, self.window / self.frames_per_step, fps)


@TRANSFORMS.register_module()
class SampleSpreadFrames(FrameSampler):
    """A fixed number of frames, spread over a whole video, as AdaTAD's
    settings for ActivityNet have it.

    Args:
        steps: Steps of the localizer.
        frames_per_step: Frames for one step.
        fps: By default, those of each video.
    """

    def __init__(self,
                 steps: int,
                 frames_per_step: int = 1,
                 fps: Optional[float] = None) -> None:
        super().__init__(frames_per_step)
        self.steps = steps
        self.fps = fps
        self.is_spread = True

    def sample(self, video: dict) -> Tuple[np.ndarray, TemporalGrid]:
        """See :class:`FrameSampler`."""
        fps = frame_rate(video, self.fps)
        number = self.steps * self.frames_per_step
        frames = spread_frames(num_frames(video, fps), number)
        return (frames + 0.5) / fps, TemporalGrid(
            video['duration'] / number, 0, 1)


@TRANSFORMS.register_module()
class SampleFrameEvery(FrameSampler):
    """A frame every so many seconds, whatever the frame rate: those that
    :class:`UntrimmedFrameDataset` and ``tools/extract_features.py`` take.

    Args:
        interval: Seconds from one step of the localizer to the next.
        frames_per_step: Frames for one step.
    """

    def __init__(self, interval: float, frames_per_step: int = 1) -> None:
        super().__init__(frames_per_step)
        self.grid = TemporalGrid.of_interval(interval / frames_per_step)

    def sample(self, video: dict) -> Tuple[np.ndarray, TemporalGrid]:
        """See :class:`FrameSampler`."""
        number = int(video['duration'] / self.grid.interval + 0.5)
        if not number:
            raise VideoError(
                f'video {video["video_name"]}, field duration: found '
                f'{video["duration"]:g} s, expected at least one sampling '
                f'interval of {self.grid.interval:g} s')
        return self.grid.to_seconds(np.arange(number)), self.grid


@TRANSFORMS.register_module()
class SampleClips(FrameSampler):
    """A clip around the beginning, or the middle, of each step: clips may
    overlap, and the video network sees each on its own. Its
    ``frames_per_step`` is ``clip_len``.

    Args:
        clip_len: Frames of a clip; an even number.
        frame_interval: From one frame of a clip to the next, in video frames.
        stride: Video frames from one clip to the next.
        steps: How many clips, spread over a whole video, in the place of a
            ``stride``.
        fps: By default, those of each video.
    """

    def __init__(self,
                 clip_len: int,
                 frame_interval: int = 1,
                 stride: Optional[int] = None,
                 steps: Optional[int] = None,
                 fps: Optional[float] = None) -> None:
        super().__init__()
        if (stride is None) == (steps is None):
            raise SettingError(f'found stride={stride} and steps={steps}, '
                               'expected one of them')
        expect_accepted(type(self).__name__, clip_frames, np.zeros(1),
                        clip_len, frame_interval, 1)
        self.clip_len = clip_len
        self.frame_interval = frame_interval
        self.stride = stride
        self.steps = steps
        self.fps = fps
        self.is_spread = steps is not None

    @property
    def decoded_per_step(self) -> int:
        """See :class:`FrameSampler`."""
        return self.clip_len

    def sample(self, video: dict) -> Tuple[np.ndarray, TemporalGrid]:
        """See :class:`FrameSampler`."""
        fps = frame_rate(video, self.fps)
        total = num_frames(video, fps)
        if self.stride is not None:
            centres = strided_frames(total, self.stride)
            grid = TemporalGrid(self.stride, 0, fps)
        else:
            assert self.steps is not None  # one of them is given
            centres = spread_places(total, self.steps)
            grid = TemporalGrid(video['duration'] / self.steps, 0, 1)
        clips = clip_frames(centres, self.clip_len, self.frame_interval, total)
        return (clips + 0.5) / fps, grid


def grid_of_steps(grid: TemporalGrid, frames_per_step: int) -> TemporalGrid:
    """Of the localizer's steps, each of so many of the sampled frames."""
    return replace(
        grid, stride=grid.stride * frames_per_step,
        window=grid.window * frames_per_step,
        start=grid.start / frames_per_step)


def frame_rate(video: dict, fps: Optional[float]) -> float:
    """Frames per second of a video.

    Raises:
        VideoError: If nothing tells it.
    """
    found = fps or video.get('fps')
    if found is None:
        raise VideoError(
            f'video {video["video_name"]}, field fps: found nothing in the '
            'annotation file, expected a number there or as fps of the '
            'dataset')
    return found


def num_frames(video: dict, fps: float) -> int:
    """Frames of a video, by its annotation."""
    return max(round(video['duration'] * fps), 1)
