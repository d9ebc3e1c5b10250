"""When the frames of a video are shown, found without decoding where its
container tells."""
from itertools import islice
from typing import Dict, List, NamedTuple, Optional, Sequence, Tuple

import numpy as np

from .video_stream import (
    MAY_BEGIN_AGAIN,
    NO_BYTE_SEEK,
    Packet,
    VideoError,
    check_whole,
    open_stream,
    read_packets,
)

#: Seconds by which time stamps go back, or leap ahead, where files were
#: joined, in formats made for broadcasts. FFmpeg's values.
GOES_BACK, LEAPS_AHEAD = 0.1, 10.0

#: Seconds by which they go back there in other formats.
GOES_FAR_BACK = 1.0

#: Formats that store the order of decoding and no times of showing.
DECODING_ORDER = ('avi', 'asf')

#: In place of a time that is not told.
NONE = np.iinfo(np.int64).min


class VideoIndex(NamedTuple):
    """Time stamps of a video, in its stream's own units.

    Attributes:
        start: Of time 0, where the first stream of the file starts.
        shown: ``(n,)`` int64, ascending: of the frames that a player shows,
            so without those that an edit list cuts off.
        end: Of the end of the last frame.
        keys: Of frames at which decoding can begin, ascending.
        places: Where the file is entered for each of ``keys``: a time, or a
            byte.
        by_byte: Whether ``places`` are bytes.
        stamps: Of packets by their byte and decoding time; ``None`` if they
            tell their own.
    """
    start: float
    shown: np.ndarray
    end: int
    keys: np.ndarray
    places: np.ndarray
    by_byte: bool
    stamps: Optional[Dict[Tuple, int]]

    def stamp_of(self, packet) -> Optional[int]:
        """When the frame of a packet is shown; ``None`` if never."""
        if self.stamps is None:
            return packet.pts
        return self.stamps.get((packet.pos, packet.dts))


def read_index(path: str) -> VideoIndex:
    """Read all packets of a file once.

    Raises:
        VideoError: If the end of the file is missing, or it tells no times.
    """
    container, stream = open_stream(path)
    packets = read_packets(container, stream)
    check_whole(path, container, stream, packets)
    own = _column([packet.pts for packet in packets])
    stamps = own if NONE not in own else _completed(path, packets, container,
                                                    stream)
    offsets = _offsets(packets, container, stream)
    stamps = np.where(stamps == NONE, NONE, stamps + offsets)
    is_key = np.array([packet.is_key for packet in packets])
    is_shown = stamps != NONE
    is_shown &= ~np.array([packet.is_cut_off for packet in packets])
    is_shown &= _can_be_decoded(path, stamps, is_key, is_shown)
    if not is_shown.any():
        raise VideoError(f'{path}: found no frame that decodes')
    shown = np.unique(stamps[is_shown])
    keys, first = np.unique(stamps[is_key & (stamps != NONE)],
                            return_index=True)
    places = np.flatnonzero(is_key & (stamps != NONE))[first]
    by_byte = offsets.any()
    if by_byte and (container.format.flags & NO_BYTE_SEEK or
                    not container.format.flags & MAY_BEGIN_AGAIN):
        keys, places = keys[:1], places[:1]  # is read from its beginning
    enter = _column([packet.position for packet in packets] if by_byte else
                    [packet.dts if packet.pts is None else packet.pts
                     for packet in packets])
    last = packets[int(np.where(is_shown, stamps, NONE).argmax())]
    return VideoIndex(
        start=_start(container, stream, shown[0]),
        shown=shown,
        end=int(shown[-1]) + (last.duration or _usual_step(shown, stream)),
        keys=keys,
        places=enter[places],
        by_byte=bool(by_byte),
        stamps=None if (stamps == own).all() else _table(path, packets, stamps)
    )


def _column(values: Sequence[Optional[int]]) -> np.ndarray:
    return np.array([NONE if value is None else value for value in values],
                    dtype=np.int64)


def _usual_step(stamps: np.ndarray, stream) -> int:
    if len(stamps) > 1:
        return int(np.median(np.diff(stamps)))
    return max(1, round(1 / (stream.time_base * (stream.average_rate or 1))))


def _start(container, stream, first: int) -> float:
    if container.start_time is None:
        return float(first)
    return min(float(first),
               container.start_time / 1e6 / float(stream.time_base))


def _completed(path: str, packets: List[Packet], container,
               stream) -> np.ndarray:
    """Time stamps where some packets have none of their own."""
    dts = _column([packet.dts for packet in packets])
    missing = sum(packet.pts is None for packet in packets)
    order_only = container.format.name in DECODING_ORDER
    if 2 * missing <= len(packets):
        # libavformat knows what is decoded earlier than it is shown
        stamps = _column([packet.pts for packet in read_packets(
            *open_stream(path, fflags='+genpts'))])
        if not order_only and len(stamps) == len(packets):
            return stamps
        order = np.argsort(stamps, kind='stable')
    elif stream.codec_context.has_b_frames:
        order = np.array(_decoded(path, len(packets)), dtype=int)
    else:
        order = np.arange(len(packets))
    if NONE in dts or len(order) > len(dts):
        raise VideoError(
            f'{path}: found frames that do not tell when they are shown; '
            'copy the stream into an mp4 or mkv file')
    # the n-th frame that is shown takes the n-th time
    stamps = np.full(len(packets), NONE)
    stamps[order] = np.sort(dts[order])
    return stamps


def _decoded(path: str, stop: int) -> List[int]:
    """Numbers of those among the first ``stop`` packets that give a frame, in
    the order in which they are shown."""
    container, stream = open_stream(path)
    numbers: List[int] = []
    packets = (packet for packet in container.demux(stream) if packet.size)
    for number, packet in enumerate(islice(packets, stop)):
        packet.pts = number
        numbers += [frame.pts for frame in packet.decode()]
    return numbers + [frame.pts for frame in stream.codec_context.decode()]


def _can_be_decoded(path: str, stamps: np.ndarray, is_key: np.ndarray,
                    is_shown: np.ndarray) -> np.ndarray:
    """A file may begin in the middle of what its first frames refer to."""
    result = np.ones(len(stamps), dtype=bool)
    keys = np.flatnonzero(is_key)
    if len(keys) and (keys[0] or (stamps < stamps[0])[is_shown].any()):
        stop = keys[1] if len(keys) > 1 else len(stamps)
        result[:stop] = False
        result[_decoded(path, stop)] = True
    return result


def _offsets(packets: List[Packet], container, stream) -> np.ndarray:
    """What to add to the time stamp of each packet, where times begin again.

    That is so where files were joined; the next begins when the picture of
    the one before ends.
    """
    offsets = np.zeros(len(packets), dtype=np.int64)
    dts = _column([packet.dts for packet in packets])
    told = np.flatnonzero(dts != NONE)
    if len(told) < 2 or 'mp4' in container.format.name:
        return offsets  # what an edit list leaves out is decoded out of turn
    steps = np.diff(dts[told])
    unit = float(stream.time_base)
    if container.format.flags & MAY_BEGIN_AGAIN:
        begins = (steps < -GOES_BACK / unit) | (steps > LEAPS_AHEAD / unit)
    else:
        begins = steps < -GOES_FAR_BACK / unit
    added = np.where(begins, int(np.median(steps)) - steps, 0).cumsum()
    offsets[told[1:]] = added
    # frames that do not tell go with those before them
    before = np.searchsorted(told, np.arange(len(packets)), 'right') - 1
    return offsets[told[before.clip(0)]]


def _table(path: str, packets: List[Packet],
           stamps: np.ndarray) -> Dict[Tuple, int]:
    table = {(packet.position, packet.dts): stamp
             for packet, stamp in zip(packets, stamps.tolist())
             if stamp != NONE}
    if len(table) < np.count_nonzero(stamps != NONE):
        raise VideoError(
            f'{path}: found frames that do not tell when they are shown; '
            'copy the stream into an mp4 or mkv file')
    return table
