"""Which frames of a video its clips take."""
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from mmbapg.errors import SettingError
from mmbapg.ops import TemporalGrid
from mmbapg.setting_checks import expect_one_of

#: What clips do at the ends of a video.
ENDS = ('inside', 'repeat')

#: Clips ahead of which a reader is told, so that it leaves out no frame that
#: is wanted next: more than a decoder puts in order.
AHEAD = 16


class RunOfClips(NamedTuple):
    """Some clips of a video, one after the other.

    Attributes:
        frames: ``(n, )`` numbers of the frames to read that no earlier clip
            has asked for, ascending.
        clips: ``(m, clip_len)`` numbers of the frames that each clip takes;
            those that are not in ``frames`` have been read before.
        keep_from: The first frame that later clips take.
        soon: Numbers of frames that the next clips will ask for.
    """
    frames: np.ndarray
    clips: np.ndarray
    keep_from: int
    soon: np.ndarray


@dataclass(frozen=True)
class ClipSampling:
    """Clips at equal distances, in frames of a video.

    Frame ``j`` is the one shown at ``(j + 0.5) / fps`` seconds. At the ends of
    a video (``ends``):

    - ``inside``: clip ``i`` begins at frame ``i * stride``, and clips begin
      only where they end before the video does. With ``clip_len=16`` and
      ``stride=4`` this is ActionFormer's convention for THUMOS14: feature
      ``i`` describes the frames ``[4 * i, 4 * i + 16)``.
    - ``repeat``: clip ``i`` stands in the middle of the frames ``[i * stride,
      (i + 1) * stride)``, so that clips cover the whole video, be it as short
      as it may; beyond its ends the first and the last frame stand in.

    Attributes:
        clip_len: Frames of a clip.
        stride: From a clip to the next.
        frame_interval: From a frame of a clip to the next.
        ends: One of :data:`ENDS`.
    """
    clip_len: int
    stride: int
    frame_interval: int = 1
    ends: str = 'inside'

    def __post_init__(self) -> None:
        for name in ('clip_len', 'stride', 'frame_interval'):
            value = getattr(self, name)
            if not (isinstance(value, int) and value > 0):
                raise SettingError(f'{name}: found {value!r}, expected a '
                                   'positive whole number of frames')
        expect_one_of('ends', self.ends, ENDS)

    @property
    def span(self) -> int:
        """Frames from the first of a clip to its last, both included."""
        return (self.clip_len - 1) * self.frame_interval + 1

    @property
    def begin(self) -> int:
        """Where clip 0 begins, which may be before the video."""
        return 0 if self.ends == 'inside' else (self.stride - self.span) // 2

    def num_clips(self, num_frames: int) -> int:
        """Clips of a video; 0 if it is too short for one."""
        if self.ends == 'repeat':
            return -(-num_frames // self.stride)
        return max(0, (num_frames - self.span) // self.stride + 1)

    def grid(self, fps: float) -> TemporalGrid:
        """Grid of the clips: each describes its span, and stands for the
        middle of it.

        Args:
            fps: Frames per second.
        """
        return TemporalGrid(self.stride, self.span, fps,
                            self.begin / self.stride)

    def frames(self, first: int, last: int, num_frames: int) -> np.ndarray:
        """Numbers of the frames of clips ``first .. last``, ``(last - first,
        clip_len)``.

        Args:
            first, last: Clips, the last excluded.
            num_frames: Of the video.
        """
        begins = self.begin + np.arange(first, last) * self.stride
        steps = np.arange(self.clip_len) * self.frame_interval
        return (begins[:, None] + steps).clip(0, num_frames - 1)

    def run(self, first: int, last: int, num_frames: int) -> RunOfClips:
        """Clips ``first .. last``, and which frames are to be read for them.

        Runs that follow each other ask for each frame once, and in ascending
        order: also for those between their frames that only later clips take.
        """
        number = self.num_clips(num_frames)
        clips = self.frames(first, last, num_frames)
        overlapping = self.span // self.stride + 1
        around = np.unique(self.frames(
            max(0, first - overlapping), min(number, last + overlapping),
            num_frames))
        read = self.frames(first - 1, first, num_frames).max() if first else -1
        after = self.frames(last, min(number, last + overlapping + AHEAD),
                            num_frames)
        return RunOfClips(
            around[(around > read) & (around <= clips.max())],
            clips, int(after.min()) if after.size else num_frames,
            np.unique(after[after > clips.max()]))
