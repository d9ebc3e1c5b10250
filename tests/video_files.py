"""Small video files whose frames show their number, and edits of them."""
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

SIZE = (64, 160)  # height and width
MILLISECOND = Fraction(1, 1000)
SOUND_RATE = 48000


def image_of(number, size=SIZE):
    """The number as ten bars at the top, and something that moves below, so
    that frames refer to each other."""
    height, width = size
    image = np.empty((height, width, 3), np.uint8)
    bits = (number >> np.arange(10)) & 1
    image[:] = (bits * 200 + 20)[np.arange(width) * 10 // width, None]
    place = (3 * number) % (width - 16)
    image[height // 2:, place:place + 16] = 128 + number % 50
    return image


def number_of(frame):
    """The number that a frame ``(H, W, 3)`` shows."""
    height, width = frame.shape[:2]
    top = frame[height // 16:height * 7 // 16].mean(axis=(0, 2))
    bars = np.split(top, np.searchsorted(
        np.arange(width) * 10 // width, np.arange(1, 10)))
    bits = np.array([np.median(bar) > 120 for bar in bars])
    return int((bits << np.arange(10)).sum())


def video_packets(stream, stamps, first=0):
    """Encode frames ``first ...`` at ``stamps``, in the codec's units."""
    packets = []
    size = stream.height, stream.width
    for number, stamp in enumerate(stamps, first):
        frame = av.VideoFrame.from_ndarray(image_of(number, size), 'rgb24')
        frame.pts = int(stamp)
        frame.time_base = stream.codec_context.time_base
        packets += stream.encode(frame)
    return packets + stream.encode(None)


def sound_packets(stream, start, end):
    """Encode silence from ``start`` to ``end``, in seconds."""
    packets = []
    size = stream.codec_context.frame_size or 1024
    for place in range(int(start * SOUND_RATE), int(end * SOUND_RATE), size):
        frame = av.AudioFrame(stream.codec_context.format.name, 'mono', size)
        for plane in frame.planes:
            plane.update(bytes(plane.buffer_size))
        frame.rate, frame.pts = SOUND_RATE, place
        frame.time_base = Fraction(1, SOUND_RATE)
        packets += stream.encode(frame)
    return packets + stream.encode(None)


def cover_packets(stream):
    """A picture that stands for the file, as phones and shops put it in."""
    stream.height = stream.width = 32
    stream.pix_fmt = 'yuvj420p'
    stream.disposition = av.stream.Disposition.attached_pic
    frame = av.VideoFrame.from_ndarray(
        np.full((32, 32, 3), 200, np.uint8), 'rgb24')
    frame.pts = 0
    return stream.encode(frame) + stream.encode(None)


def write(path, codec, count=60, stamps=None, size=SIZE, rate=25,
          pix_fmt='yuv420p', first=0, sound=None, span=None, prepare=None,
          cover=None, container_options=None, **options):
    """Write a video of ``count`` frames, the first of number ``first``.

    Args:
        path: Its name, or a :class:`Recording`.
        stamps: Milliseconds of each frame; by default at ``rate``.
        sound: Codec of a sound track.
        span: Seconds of its start and end; by default those of the picture.
        prepare: Called with the video stream before anything is written.
        cover: ``first`` or ``last``, the place of a cover picture.
    """
    unit = Fraction(1, rate) if stamps is None else MILLISECOND
    stamps = np.arange(count) if stamps is None else stamps
    recording = isinstance(path, Recording)
    with av.open(path if recording else str(path), 'w',
                 format=path.format if recording else None,
                 options=container_options or {}) as file:
        pictures = []
        if cover == 'first':
            pictures.append(file.add_stream('mjpeg', rate=1))
        stream = file.add_stream(codec, rate=rate, options=options)
        stream.height, stream.width = size
        stream.pix_fmt = pix_fmt
        stream.codec_context.time_base = unit
        if prepare is not None:
            prepare(stream)
        track = sound and file.add_stream(sound, rate=SOUND_RATE,
                                          layout='mono')
        if cover == 'last':
            pictures.append(file.add_stream('mjpeg', rate=1))
        packets = [packet for picture in pictures
                   for packet in cover_packets(picture)]
        packets += video_packets(stream, stamps, first)
        if sound:
            packets += sound_packets(track, *(span or (
                0, float(stamps[-1] * unit) + 1 / rate)))
        file.start_encoding()
        for packet in sorted(packets, key=lambda p: p.dts * p.time_base):
            file.mux(packet)
    return path


class Recording:
    """A file that is written as it is recorded: nothing is gone back to."""

    def __init__(self, path, form):
        self.file, self.format = open(path, 'wb'), form

    def write(self, data):
        return self.file.write(data)


def write_live(path, form, codec, **kwargs):
    recording = Recording(path, form)
    write(recording, codec, **kwargs)
    recording.file.close()


def copy(path, whole, skip=0, begin=0.0):
    """Copy a stream without encoding it anew.

    Args:
        skip: Packets to leave out at the beginning.
        begin: Seconds of the old file that become 0.
    """
    with av.open(str(whole)) as source, av.open(str(path), 'w') as target:
        stream = source.streams.video[0]
        new = target.add_stream_from_template(stream)
        offset = int(begin / stream.time_base)
        packets = [packet for packet in source.demux(stream) if packet.size]
        for packet in packets[skip:]:
            packet.pts -= offset
            packet.dts -= offset
            packet.stream = new
            target.mux(packet)


def set_matrix(path, matrix):
    """Put a display matrix ``[[a, b], [c, d]]`` into an mp4 file."""
    content = Path(path).read_bytes()
    place = content.index(b'tkhd') + 4 + 40  # the box's last fields but size
    (a, b), (c, d) = matrix
    fields = np.array([a, b, 0, c, d, 0, 0, 0, 2**14]) * 2**16
    Path(path).write_bytes(content[:place] + fields.astype('>i4').tobytes() +
                           content[place + 36:])


def change(path, edit):
    """Replace the content of a file by what ``edit`` makes of it."""
    Path(path).write_bytes(edit(Path(path).read_bytes()))


def half(content):
    return content[:len(content) * 6 // 10]
