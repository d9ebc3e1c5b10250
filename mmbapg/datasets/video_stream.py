"""What a video's container says: which stream, its packets, how long it is."""
import os
from typing import Dict, List, NamedTuple, Optional

from mmbapg.errors import UserError

#: Seconds by which a video may end before its annotated duration, or before
#: the end that its header tells, of which that is at most a tenth.
END_TOLERANCE = 1.0

#: Frames from which on an AVI header does not know how many there are.
UNKNOWN_COUNT = 2**30

#: Flags of libavformat: of an open file, of a format, and of a stream.
FILL_IN_TIMES = 0x0001
MAY_BEGIN_AGAIN, NO_BYTE_SEEK = 0x0200, 0x8000
DEFAULT, ATTACHED_PICTURE = 0x0001, 0x0400


class VideoError(UserError, ValueError):
    """A video file is not usable; the message says which and why."""


class Packet(NamedTuple):
    """What the container says of one encoded frame, in the stream's units."""
    pts: Optional[int]
    dts: Optional[int]
    position: Optional[int]
    duration: Optional[int]
    size: int
    is_key: bool
    is_cut_off: bool
    is_damaged: bool


def open_stream(path: str, **options):
    """A file, and the stream of it that players show.

    That is no cover picture, and of several the first that is marked as the
    default. Time stamps that are missing stay so. ``options`` are those of
    libavformat.

    Raises:
        VideoError: If there is none that can be decoded.
    """
    import av
    # a name with a colon in it is not an address
    container = av.open(os.path.abspath(path), options=options)
    container.flags &= ~FILL_IN_TIMES
    streams = [stream for stream in container.streams.video
               if not _marks(stream) & ATTACHED_PICTURE]
    if not streams:
        raise VideoError(f'{path}: found no video stream, expected one')
    stream = next((stream for stream in streams if _marks(stream) & DEFAULT),
                  streams[0])
    if stream.codec_context is None:
        raise VideoError(
            f'{path}: found a video stream whose encoding is not known, '
            'expected one that PyAV decodes')
    return container, stream


def _marks(stream) -> int:
    return int(getattr(stream, 'disposition', 0))  # PyAV 12 has none


def told_frame_rate(path: str) -> float:
    """Frames per second on average, as the header of a file tells.

    Raises:
        VideoError: If the file is missing, or no video, or tells none.
    """
    import av
    if not os.path.isfile(path):
        raise VideoError(f'{path}: no such video')
    try:
        container, stream = open_stream(path)
    except av.FFmpegError as error:
        raise VideoError(f'{path}: found no video that can be opened '
                         f'({error}), expected a video file') from None
    with container:
        rate = stream.average_rate or stream.guessed_rate
    if not rate:
        raise VideoError(
            f'{path}: found no frame rate in its header, expected one (or '
            'sample_fps, a rate at which to take frames)')
    return float(rate)


def read_packets(container, stream) -> List[Packet]:
    """Packets of a stream in the order of the file, without their content."""
    return [_read(packet) for packet in container.demux(stream)
            if packet.size]


def _read(packet) -> Packet:
    return Packet(packet.pts, packet.dts, packet.pos, packet.duration,
                  packet.size, packet.is_keyframe, packet.is_discard,
                  packet.is_corrupt)


def check_whole(path: str, container, stream, packets: List[Packet]) -> None:
    """Compare what is in a file with what its header says.

    Raises:
        VideoError: If the end is missing.
    """
    is_mp4 = 'mp4' in container.format.name
    # the others do not know, or count what is left out
    expected = stream.frames if is_mp4 else 0
    if (not packets or is_mp4 and packets[-1].is_damaged or
            len(packets) < expected and _count_all(path) < expected):
        raise VideoError(
            f'{path}: found no video that can be decoded to its end '
            f'({len(packets)} of {expected or "at least 1"} frames are '
            'there), expected a whole video file')
    told = _told_end(path, container, stream)
    if told is None or len(packets) <= expected:
        return
    slack = max(min(END_TOLERANCE, 0.1 * told),
                2 / float(stream.average_rate or 1))
    found = _end(packets, stream.time_base)
    if found < told - slack:  # the sound may be longer
        found = max(found, _end_of_all(path))
    if found < told - slack:
        raise VideoError(
            f'{path}: found {found:.2f} s of video, but its header says '
            f'{told:.2f} s: expected a whole video file; copy or download it '
            'again, or keep what is there with '
            f'ffmpeg -i {os.path.basename(path)} -c copy out.mp4')


def _count_all(path: str) -> int:
    """Frames in a file, with those that an edit list cuts off."""
    return len(read_packets(*open_stream(path, ignore_editlist='1')))


def _end(packets, unit) -> float:
    """Seconds at which packets end, from 0 or from the first of them."""
    times = [time for packet in packets
             for time in (packet.pts, packet.dts) if time is not None]
    if not times:
        return 0.0
    last = packets[-1].duration or 0
    return float((max(times) + last - min(0, *times)) * unit)


def _end_of_all(path: str) -> float:
    """Seconds at which the last stream of a file ends."""
    import av
    with av.open(os.path.abspath(path)) as container:
        streams = [stream for stream in container.streams if stream.time_base]
        packets: Dict[int, list] = {stream.index: [] for stream in streams}
        for packet in container.demux(streams):
            if packet.size:
                packets[packet.stream_index].append(_read(packet))
        return max(_end(packets[stream.index], stream.time_base)
                   for stream in streams)


def _told_end(path: str, container, stream) -> Optional[float]:
    """Seconds after which a file ends by its header; ``None`` where it does
    not say, and libavformat guesses."""
    name = container.format.name
    if name == 'avi':
        known = 0 < stream.frames < UNKNOWN_COUNT
        return float(stream.frames * stream.time_base) if known else None
    if 'matroska' in name and not _matroska_tells(path):
        return None
    if 'matroska' in name or 'mp4' in name or name == 'flv':
        return container.duration and container.duration / 1e6
    return None


def _matroska_tells(path: str) -> bool:
    """Whether a Matroska header has the field Duration."""
    with open(path, 'rb') as file:
        head = file.read(2**16)
    info = head.find(b'\x15\x49\xa9\x66')
    return info >= 0 and b'\x44\x89' in head[info:info + 2**10]
