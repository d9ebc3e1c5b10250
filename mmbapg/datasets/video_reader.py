"""Frames of a video file at given times."""
from itertools import islice
from pathlib import Path
from typing import Dict, Iterator, Optional, Set

import numpy as np

from mmbapg.errors import MissingPackageError
from mmbapg.moved import moved_names

from .video_index import NONE, read_index
from .video_orientation import as_shown
from .video_stream import END_TOLERANCE, VideoError, open_stream

__getattr__ = moved_names(__name__)

#: Seconds by which a frame may come too late; times and time stamps are
#: rounded differently.
ROUNDING = 1e-4

#: How many key frames further back decoding begins once more, if a frame does
#: not come: some only begin to refresh the picture, little by little.
FURTHER_BACK = (1, 8, 2**31)

#: Frames that a decoder may hold back, to put them in order.
HELD_BACK = 16

ADVICE = '; encoding the video anew may help: ffmpeg -i VIDEO out.mp4'


class VideoReader:
    """Frame-exact access by time, with PyAV.

    The frame at a time is the one shown then, also where the frame rate
    varies, where the file was cut without encoding it anew, or joined from
    several. Time 0 is that of players, on whose clock people annotate: where
    the first stream of the file starts. If that is the sound, the first frame
    stands for what comes before it. Pictures are turned and mirrored as the
    container says; their pixels are those stored, square or not.

    Args:
        path: Video file.

    Raises:
        VideoError: If the file is missing, no video, or cut off.
    """

    def __init__(self, path: str) -> None:
        try:
            import av
        except ImportError:
            raise MissingPackageError(
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
        self._soon: Set[int] = set()
        self._left_out: Set[int] = set()
        try:
            self._index = read_index(path)
            self._open()
        except self._errors as error:
            raise VideoError(
                f'{path}: found no video that can be decoded to its end '
                f'({error}), expected a whole video file') from None
        unit = float(self._stream.time_base)
        self._shown_from = (self._index.shown - self._index.start) * unit
        self.duration = float(self._index.end - self._index.start) * unit

    @property
    def fps(self) -> float:
        """Average frame rate."""
        return len(self._shown_from) / (self.duration - self._shown_from[0])

    def has_frame_rate(self, fps: float) -> bool:
        """Whether ``fps`` is the frame rate, to one per cent: the average, or
        where frames come at varying times, the one that most come at or that
        the file names."""
        steps = np.diff(self._shown_from)
        rates = [self.fps]
        if len(steps) and np.ptp(steps) > 0.1 * np.median(steps):
            rates += [1 / np.median(steps), self._stream.average_rate,
                      self._stream.base_rate, self._stream.guessed_rate]
        return any(abs(float(rate) - fps) <= 0.01 * fps
                   for rate in rates if rate)

    def frames_at(self,
                  times: np.ndarray,
                  soon: Optional[np.ndarray] = None) -> np.ndarray:
        """The frames shown at ``times``.

        Args:
            times: ``(n,)`` seconds, ascending.
            soon: Seconds of frames that will be asked for next. The decoder
                may be past some of them by then: they are not left out on the
                way, so that it need not go back.

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
        index = self._shown_at(times)
        stamps = self._index.shown[index]
        self._soon = set() if soon is None else set(
            self._index.shown[self._shown_at(soon)].tolist())
        frames = self._all_of(index)
        absent = [number for number, stamp in zip(index, stamps.tolist())
                  if stamp not in frames]
        if absent:
            raise VideoError(
                f'{self.path}: {len(absent)} of {len(index)} frames do not '
                f'decode, the first is frame {absent[0]}{ADVICE}')
        sizes = sorted({frame.shape[:2] for frame in frames.values()})
        if len(sizes) > 1:
            raise VideoError(
                f'{self.path}: found frames of {sizes[0]} and {sizes[1]} '
                f'pixels (height, width), expected one size{ADVICE}')
        return np.stack([frames[stamp] for stamp in stamps.tolist()])

    def rewind(self) -> None:
        """Give up the place in the file: whatever is asked for next begins a
        new pass. A pass refers to its reader, so that Python would free both
        of them, and the threads of the decoder, late."""
        self._pass = None

    def _shown_at(self, times: np.ndarray) -> np.ndarray:
        """Numbers of the frames shown at some seconds."""
        index = np.searchsorted(self._shown_from, times + ROUNDING,
                                'right') - 1
        return index.clip(0, len(self._shown_from) - 1)

    def _all_of(self, index: np.ndarray) -> Dict[int, np.ndarray]:
        """Frames by time stamp; those that do not come are tried again."""
        stamps = np.unique(self._index.shown[index])
        try:
            frames = self._decode(stamps)
            for further_back in FURTHER_BACK:
                absent = np.setdiff1d(stamps, list(frames))
                if len(absent):
                    self._pass = None
                    frames.update(self._decode(absent, further_back))
        except self._errors as error:
            self._pass = None
            raise VideoError(
                f'{self.path}: frames {index[0]} to {index[-1]} do not decode '
                f'({error}){ADVICE}') from None
        return frames

    def _open(self) -> None:
        self._container, self._stream = open_stream(self.path)

    def _decode(self, wanted: np.ndarray,
                further_back: int = 0) -> Dict[int, np.ndarray]:
        """Frames by time stamp, with one pass over what must be decoded."""
        found: Dict[int, np.ndarray] = {}
        group = np.searchsorted(self._index.keys, wanted, 'right') - 1
        # Where whole groups of pictures hold nothing wanted, leap over them.
        leaps = np.flatnonzero(np.diff(group) > 1) + 1
        for part in np.split(wanted, leaps):
            self._wanted = set(part.tolist())
            too_late = 0
            for frame in self._pass_to(int(part[0]), further_back):
                self._passed = frame.pts
                if frame.pts in self._wanted:
                    found[frame.pts] = self._converted(frame)
                    self._wanted.remove(frame.pts)
                too_late += frame.pts > part[-1]
                if not self._wanted or too_late > HELD_BACK:
                    break
            else:
                self._pass = None  # at the end of the file
        return found

    def _pass_to(self, stamp: int, further_back: int) -> Iterator:
        """The pass over the file that goes on, if it is about to come to a
        frame, or a new one."""
        keys = self._index.keys
        group = int(np.searchsorted(keys, stamp, 'right')) - 1
        if (self._pass is None or stamp <= self._passed or
                not self._left_out.isdisjoint(self._wanted) or
                group > np.searchsorted(keys, self._passed, 'right')):
            self._left_out = set()
            self._pass = self._frames_from(max(0, group - further_back))
        return self._pass

    def _frames_from(self, group: int) -> Iterator:
        """Decode from a key frame, the first from the start of the file.

        H.264 frames to which no other refers are left out, unless wanted.
        """
        if group == 0:
            self._open()
        else:
            self._container.seek(int(self._index.places[group]),
                                 stream=self._stream,
                                 unsupported_byte_offset=self._index.by_byte)
        codec = self._stream.codec_context
        ahead = group > 0
        for packet, stamp in self._stamped_packets(group == 0):
            if ahead:
                ahead = False
                # an index of decoding times may have misled it
                if stamp is None or stamp > self._index.keys[group]:
                    yield from self._frames_from(0)
                    return
            packet.pts = stamp
            if codec.name == 'h264' and stamp is not None:
                leave_out = not (
                    stamp in self._wanted or stamp in self._soon)
                codec.skip_frame = 'NONREF' if leave_out else 'DEFAULT'
                if leave_out:
                    self._left_out.add(stamp)
            yield from self._frames_of(packet, stamp)
        yield from codec.decode(None)

    def _frames_of(self, packet, stamp: Optional[int]) -> list:
        try:
            return [frame for frame in packet.decode()
                    if frame.pts is not None]
        except self._errors:
            # the file begins with frames that refer to some before it
            if stamp is None or stamp < self._index.shown[0]:
                return []
            raise

    def _stamped_packets(self, from_start: bool) -> Iterator:
        """Packets, and when their frames are shown, ``None`` if unknown."""
        stamps, numbers = self._index.stamps, self._index.numbers
        number = first = self._index.first_key if from_start else None
        packets = (packet for packet in self._container.demux(self._stream)
                   if packet.size)
        for packet in islice(packets, first, None):
            if stamps is None:
                yield packet, packet.pts
                continue
            if number is None:
                number = numbers.get((packet.pos, packet.size), len(stamps))
            stamp = int(stamps[number]) if number < len(stamps) else NONE
            yield packet, None if stamp == NONE else stamp
            number += 1

    def _converted(self, frame) -> np.ndarray:
        return as_shown(self._converter.reformat(
            frame, format='rgb24').to_ndarray(), frame)
