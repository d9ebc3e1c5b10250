"""When the frames of a video are shown, found without decoding where its
container tells."""
from collections import Counter
from contextlib import suppress
from itertools import islice
from typing import Dict, List, NamedTuple, Optional, Sequence, Tuple

import numpy as np

from .video_stream import (
    FILL_IN_TIMES,
    MAY_BEGIN_AGAIN,
    NO_BYTE_SEEK,
    Packet,
    VideoError,
    check_whole,
    open_stream,
    read_packets,
)

#: Seconds by which time stamps go back, or in formats made for broadcasts leap
#: ahead, where files were joined. FFmpeg's values.
GOES_BACK, LEAPS_AHEAD = 0.1, 10.0

#: Formats that store the order of decoding and no times of showing.
DECODING_ORDER = ('avi', 'asf')

#: In place of a time that is not told.
NONE = np.iinfo(np.int64).min


class VideoIndex(NamedTuple):
    """Time stamps of a video, in its stream's own units.

    Attributes:
        start: Of time 0, where the first stream of the file starts.
        shown: ``(n,)`` int64, ascending: of the frames that a player shows,
            so without those that an edit list cuts off, or that refer to
            some before the file begins.
        end: Of the end of the last frame.
        keys: Of frames at which decoding can begin, ascending.
        places: Where the file is entered for each of ``keys``: a time, or a
            byte.
        by_byte: Whether ``places`` are bytes.
        stamps: Of all packets in the order of the file, ``NONE`` if never
            shown; ``None`` if the packets tell their own.
        numbers: Of packets in that order, by their byte and size.
        first_key: Number of the packet at which decoding the file begins.
    """
    start: float
    shown: np.ndarray
    end: int
    keys: np.ndarray
    places: np.ndarray
    by_byte: bool
    stamps: Optional[np.ndarray]
    numbers: Dict[Tuple, int]
    first_key: int


def read_index(path: str) -> VideoIndex:
    """Read all packets of a file once.

    Raises:
        VideoError: If the end of the file is missing, or it tells no times.
    """
    container, stream = open_stream(path)
    packets = read_packets(container, stream)
    check_whole(path, container, stream, packets)
    is_key = np.array([packet.is_key for packet in packets])
    own = _column([packet.pts for packet in packets])
    stamps = own if NONE not in own else _completed(path, packets, container,
                                                    stream)
    stamps = _continued(stamps, packets, container, stream, is_key)
    is_shown = stamps != NONE
    is_shown &= ~np.array([packet.is_cut_off for packet in packets])
    first_key = int(is_key.argmax())
    is_shown &= _can_be_decoded(path, stamps, first_key, is_key, is_shown)
    if not is_shown.any():
        raise VideoError(f'{path}: found no frame that can be decoded')
    shown = np.unique(stamps[is_shown])
    last = packets[int(np.where(is_shown, stamps, NONE).argmax())]
    return VideoIndex(
        start=_start(container, stream, shown[0]),
        shown=shown,
        end=int(shown[-1]) + (last.duration or _usual_step(shown, stream)),
        first_key=first_key,
        **_entries(packets, container, stamps, own, is_key))


def _entries(packets: List[Packet], container, stamps: np.ndarray,
             own: np.ndarray, is_key: np.ndarray) -> dict:
    """Where decoding can begin: the other fields of the index."""
    times = np.where(own == NONE, _column([packet.dts for packet in packets]),
                     own)
    keys, first = np.unique(stamps[is_key], return_index=True)
    first = np.flatnonzero(is_key)[first]
    if (stamps == own).all():
        return dict(keys=keys, places=times[first], by_byte=False, stamps=None,
                    numbers={})
    # some are known again only by where in the file they are
    places = [(packet.position, packet.size) for packet in packets]
    known = Counter(places)
    numbers = {place: number for number, place in enumerate(places)
               if known[place] == 1 and place[0] is not None}
    is_known = (keys != NONE) & np.array(
        [places[number] in numbers for number in first], dtype=bool)
    flags = container.format.flags
    by_byte = bool(flags & MAY_BEGIN_AGAIN and not flags & NO_BYTE_SEEK)
    if by_byte:
        times = _column([packet.position for packet in packets])
    return dict(keys=keys[is_known], places=times[first[is_known]],
                by_byte=by_byte, stamps=stamps, numbers=numbers)


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
        container, stream = open_stream(path)
        container.flags |= FILL_IN_TIMES
        stamps = _column([packet.pts for packet in read_packets(
            container, stream)])
        if not order_only and len(stamps) == len(packets):
            return stamps
        order = np.argsort(stamps, kind='stable')
    elif stream.codec_context.has_b_frames:
        order = np.array(_decoded(path, 0, len(packets)), dtype=int)
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


def _decoded(path: str, start: int, stop: int) -> List[int]:
    """Numbers of those among packets ``start .. stop`` that give a frame, in
    the order in which they are shown."""
    import av
    container, stream = open_stream(path)
    numbers: List[int] = []
    packets = (packet for packet in container.demux(stream) if packet.size)
    for number, packet in enumerate(islice(packets, start, stop), start):
        packet.pts = number
        with suppress(av.FFmpegError):
            numbers += [frame.pts for frame in packet.decode()]
    return numbers + [frame.pts for frame in stream.codec_context.decode()]


def _can_be_decoded(path: str, stamps: np.ndarray, first_key: int,
                    is_key: np.ndarray, is_shown: np.ndarray) -> np.ndarray:
    """``(n,)`` bool of packets: a file may begin amid frames that refer to
    some before it, which the decoder then leaves out."""
    result = np.arange(len(stamps)) >= first_key
    if (stamps < stamps[first_key])[is_shown & result].any():
        second = np.flatnonzero(is_key)[1:2]
        stop = int(second[0]) if len(second) else len(stamps)
        result[:stop] = False
        result[_decoded(path, first_key, stop)] = True
    return result


def _continued(stamps: np.ndarray, packets: List[Packet], container, stream,
               is_key: np.ndarray) -> np.ndarray:
    """Time stamps that begin again, where files were joined, go on from the
    end of the picture before."""
    if 'mp4' in container.format.name:
        return stamps  # what an edit list leaves out is decoded out of turn
    can_leap = container.format.flags & MAY_BEGIN_AGAIN
    # elsewhere times of decoding are made up; key frames are in order anyway
    times = _column([packet.dts for packet in packets]) if can_leap else (
        np.where(is_key, stamps, NONE))
    told = np.flatnonzero(times != NONE)
    steps = np.diff(times[told])
    unit = float(stream.time_base)
    begins = steps < -GOES_BACK / unit
    if can_leap:
        begins |= steps > LEAPS_AHEAD / unit
    if not begins.any():
        return stamps
    usual = _usual_step(np.unique(stamps[stamps != NONE]), stream)
    known = stamps != NONE
    result = stamps.copy()
    places = [*told[1:][begins], len(stamps)]
    for place, following in zip(places, places[1:]):
        offset = result[:place][known[:place]].max() + usual - (
            stamps[place:following][known[place:following]].min())
        result[place:following][known[place:following]] += offset
    return result
