"""Frames of a video file at given times."""
import os
from functools import lru_cache
from pathlib import Path
from typing import Dict, Iterator, NamedTuple, Optional, Set

import numpy as np

#: Readers that each process keeps open.
OPEN_READERS = 8

#: Seconds by which a video may end before its annotated duration.
END_TOLERANCE = 1.0


class VideoError(ValueError):
    """A video file is not usable; the message says which and why."""


class _Index(NamedTuple):
    """Time stamps of a video, in its own units.

    ``shown`` ``(n,)`` int64, ascending: of the frames that a player shows, so
    without those that an edit list cuts off. ``keys``: of frames at which
    decoding can begin, ascending. ``end``: of the end of the last frame.
    """
    shown: np.ndarray
    keys: np.ndarray
    end: int


class VideoReader:
    """Frame-exact access by time, with PyAV.

    The frame at a time is the one shown then, also where the frame rate
    varies, or where the file was cut without encoding it anew. Time 0 is the
    first frame. Where the container says that the video is to be turned, it
    is.

    Args:
        path: Video file.

    Raises:
        VideoError: If the file is missing, no video, or cut off.
    """

    def __init__(self, path: str) -> None:
        try:
            import av
        except ImportError:
            raise ImportError(
                'reading videos needs PyAV: pip install av') from None
        if not Path(path).is_file():
            raise VideoError(f'{path}: no such video')
        self.path = path
        self._errors = (av.FFmpegError, EOFError)
        # one for all frames: to set it up takes longer than to convert
        self._converter = av.video.reformatter.VideoReformatter()
        self._pass: Optional[Iterator] = None
        self._passed = 0
        self._wanted: Set[int] = set()
        self._left_out: Set[int] = set()
        try:
            self._open()
            self._index = self._read_index()
        except self._errors as error:
            raise VideoError(
                f'{path}: found no video that can be decoded to its end '
                f'({error}), expected a whole video file') from None
        unit = float(self._stream.time_base)
        first = self._index.shown[0]
        self._shown_from = (self._index.shown - first) * unit
        self.duration = float(self._index.end - first) * unit

    @property
    def fps(self) -> float:
        """Average frame rate."""
        return len(self._shown_from) / self.duration

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
        stamps = self._index.shown[index]
        try:
            frames = self._decode(np.unique(stamps))
        except self._errors as error:
            self._pass = None
            raise VideoError(
                f'{self.path}: frames {index[0]} to {index[-1]} do not decode '
                f'({error})') from None
        absent = [number for number, stamp in zip(index, stamps.tolist())
                  if stamp not in frames]
        if absent:
            raise VideoError(
                f'{self.path}: {len(absent)} of {len(index)} frames do not '
                f'decode, the first is frame {absent[0]}')
        return np.stack([frames[stamp] for stamp in stamps.tolist()])

    def _open(self, **options) -> None:
        import av
        self._container = av.open(self.path, options=options)
        if not self._container.streams.video:
            raise VideoError(f'{self.path}: found no video stream, expected '
                             'one')
        self._stream = self._container.streams.video[0]

    def _read_index(self) -> _Index:
        packets = self._packets()
        # other containers do not know, or count what is left out
        expected = (self._stream.frames
                    if 'mp4' in self._container.format.name else 0)
        if not packets or (len(packets) < expected and
                           self._count_all() < expected):
            raise VideoError(
                f'{self.path}: found no video that can be decoded to its end '
                f'({len(packets)} of {expected or "at least 1"} frames are '
                'there), expected a whole video file')
        if any(packet.pts is None for packet in packets):
            return self._decoded_index()
        shown = [packet for packet in packets if not packet.is_discard]
        last = max(shown, key=lambda packet: packet.pts)
        return _index([packet.pts for packet in shown],
                      [packet.pts for packet in packets if packet.is_keyframe],
                      last.duration)

    def _count_all(self) -> int:
        """Frames in the file, with those that an edit list cuts off."""
        self._open(ignore_editlist='1')
        count = len(self._packets())
        self._open()
        return count

    def _packets(self) -> list:
        return [packet for packet in self._container.demux(self._stream)
                if packet.size]

    def _decoded_index(self) -> _Index:
        """For old containers, which tell no times before they are decoded."""
        stamps = [frame.pts for frame in self._frames_from(None)]
        if not stamps or None in stamps:
            raise VideoError(
                f'{self.path}: found frames that do not tell when they are '
                'shown; copy the stream into an mp4 or mkv file')
        return _index(stamps, stamps[:1], None)

    def _decode(self, wanted: np.ndarray) -> Dict[int, np.ndarray]:
        """Frames by time stamp, with one pass over what must be decoded."""
        found: Dict[int, np.ndarray] = {}
        group = np.searchsorted(self._index.keys, wanted, 'right') - 1
        # Where whole groups of pictures hold nothing wanted, leap over them.
        leaps = np.flatnonzero(np.diff(group) > 1) + 1
        for part in np.split(wanted, leaps):
            self._wanted = set(part.tolist())
            for frame in self._pass_to(int(part[0])):
                self._passed = frame.pts
                if frame.pts in self._wanted:
                    found[frame.pts] = self._converted(frame)
                    self._wanted.remove(frame.pts)
                    if not self._wanted:
                        break
            else:
                self._pass = None  # at the end of the file
        return found

    def _pass_to(self, stamp: int) -> Iterator:
        """The pass over the file that goes on, if it is about to come to a
        frame, or a new one."""
        keys = self._index.keys
        group = np.searchsorted(keys, stamp, 'right') - 1
        if (self._pass is None or stamp <= self._passed or
                not self._left_out.isdisjoint(self._wanted) or
                group > np.searchsorted(keys, self._passed, 'right')):
            self._left_out = set()
            self._pass = self._frames_from(
                int(keys[group]) if group > 0 else None)
        return self._pass

    def _frames_from(self, key: Optional[int]) -> Iterator:
        """Decode from a key frame, or from the start of the file.

        H.264 frames to which no other refers are left out, unless wanted.
        """
        if key is None:
            self._open()
        else:
            self._container.seek(key, stream=self._stream)
        codec = self._stream.codec_context
        ahead = True
        for packet in self._container.demux(self._stream):
            if ahead and key is not None and packet.pts is not None:
                ahead = False
                if packet.pts > key:  # an index of decoding times misled it
                    yield from self._frames_from(None)
                    return
            if codec.name == 'h264' and packet.pts is not None:
                leave_out = packet.pts not in self._wanted
                codec.skip_frame = 'NONREF' if leave_out else 'DEFAULT'
                if leave_out:
                    self._left_out.add(packet.pts)
            yield from packet.decode()

    def _converted(self, frame) -> np.ndarray:
        image = self._converter.reformat(frame, format='rgb24').to_ndarray()
        turns = round(getattr(frame, 'rotation', 0) / 90) % 4
        return np.rot90(image, turns) if turns else image


def _index(shown: list, keys: list, last_duration: Optional[int]) -> _Index:
    stamps = np.unique(np.asarray(shown, dtype=np.int64))
    usual = int(np.median(np.diff(stamps))) if len(stamps) > 1 else 1
    return _Index(stamps, np.unique(np.asarray(keys, dtype=np.int64)),
                  int(stamps[-1]) + (last_duration or usual))


def open_video(path: str) -> VideoReader:
    """A reader from this process's own cache.

    Readers that the parent process opened share their place in the file with
    it, so they are never handed to a worker.
    """
    return _open(str(path), os.getpid())


@lru_cache(OPEN_READERS)
def _open(path: str, pid: int) -> VideoReader:
    return VideoReader(path)
