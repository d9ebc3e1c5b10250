"""Every frame at its time, whatever the file: the number stands in it."""
from fractions import Fraction

import av
import numpy as np
import pytest

from mmbapg.datasets.video_reader import VideoError, VideoReader

SIZE = (64, 160)  # height and width
MILLISECOND = Fraction(1, 1000)


def image_of(number):
    bits = (number >> np.arange(10)) & 1
    row = (bits * 200 + 20).repeat(16).astype(np.uint8)
    image = np.broadcast_to(row[:, None], (*SIZE, 3)).copy()
    # something that moves, so that frames refer to each other
    place = (3 * number) % (SIZE[1] - 16)
    image[32:, place:place + 16] = 128 + number % 50
    return image


def number_of(frame):
    bits = frame[4:28].mean(axis=(0, 2)).reshape(10, 16).mean(axis=1) > 120
    return int((bits << np.arange(10)).sum())


def write(path, codec, count=300, stamps=None, container_options=None,
          **options):
    with av.open(str(path), 'w', options=container_options or {}) as file:
        stream = file.add_stream(codec, rate=25, options=options)
        stream.height, stream.width = SIZE
        stream.pix_fmt = 'yuv420p'
        stream.codec_context.time_base = MILLISECOND
        for number in range(count):
            frame = av.VideoFrame.from_ndarray(image_of(number), 'rgb24')
            frame.pts = 40 * number if stamps is None else stamps[number]
            frame.time_base = MILLISECOND
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    return str(path)


def check(reader, first=0):
    """All frames at once, some alone, chunks, and some that lie far apart."""
    middle = reader._shown_from + np.diff(reader._shown_from,
                                          append=reader.duration) / 2
    expected = first + np.arange(len(middle))
    found = [number_of(frame) for frame in reader.frames_at(middle)]
    assert found == expected.tolist()
    some = np.random.default_rng(0).integers(0, len(middle), 12)
    assert [number_of(reader.frames_at(middle[[place]])[0])
            for place in some] == expected[some].tolist()
    parts = [number_of(frame) for chunk in np.array_split(middle[::3], 7)
             for frame in reader.frames_at(chunk)]
    assert parts == expected[::3].tolist()
    far = np.sort(some)
    assert [number_of(frame) for frame in reader.frames_at(middle[far])] == (
        expected[far].tolist())


@pytest.mark.parametrize('name,codec,options', [
    ('h264.mp4', 'libx264', dict(g='50', bf='3')),
    ('h264.mkv', 'libx264', dict(g='50', bf='3')),
    ('open.mp4', 'libx264', {'x264-params': 'open-gop=1:keyint=30'}),
    ('one_group.mp4', 'libx264', dict(g='1000')),
    ('keys.mp4', 'libx264', dict(g='1')),
    ('stream.ts', 'libx264', dict(g='50')),
    ('h265.mp4', 'libx265', {'x265-params': 'keyint=60:log-level=none'}),
    ('vp9.webm', 'libvpx-vp9', dict(g='60', deadline='realtime')),
    ('mpeg4.mp4', 'mpeg4', dict(g='30')),
    ('no_times.avi', 'mpeg4', dict(g='30')),
])
def test_every_frame_of(name, codec, options, tmp_path):
    if codec not in av.codecs_available:
        pytest.skip(f'this PyAV has no {codec}')
    reader = VideoReader(write(tmp_path / name, codec, **options))
    assert len(reader._shown_from) == 300
    assert reader.duration == pytest.approx(12.0, abs=0.05)
    assert reader.fps == pytest.approx(25, abs=0.1)
    check(reader)


def test_variable_frame_rate(tmp_path):
    stamps = np.random.default_rng(0).integers(20, 90, 200).cumsum()
    reader = VideoReader(write(tmp_path / 'v.mp4', 'libx264', 200,
                               (stamps - stamps[0]).tolist()))
    np.testing.assert_allclose(reader._shown_from,
                               (stamps - stamps[0]) / 1000, atol=1e-3)
    check(reader)


def test_a_file_that_was_cut_without_encoding_it_anew(tmp_path):
    """It begins at a key frame, and an edit list hides what comes first."""
    whole = write(tmp_path / 'whole.mp4', 'libx264', g='50', bf='2')
    path = str(tmp_path / 'cut.mp4')
    with av.open(whole) as source, av.open(path, 'w') as target:
        stream = source.streams.video[0]
        copy = target.add_stream_from_template(stream)
        source.seek(int(4.0 / stream.time_base), stream=stream)
        begin = int(4.8 / stream.time_base)  # frame 120, of the group from 100
        for packet in source.demux(stream):
            if packet.size:
                packet.pts -= begin
                packet.dts -= begin
                packet.stream = copy
                target.mux(packet)
    reader = VideoReader(path)
    assert reader.duration == pytest.approx(12.0 - 4.8, abs=0.05)
    check(reader, first=120)


def test_videos_are_turned_as_players_turn_them(tmp_path):
    path = tmp_path / 'turned.mp4'
    write(path, 'libx264', 10)
    content = path.read_bytes()
    matrix = content.index(b'tkhd') + 4 + 40  # the box's last fields but size
    quarter = np.array([0, 0x10000, 0, -0x10000, 0, 0, 0, 0, 0x40000000],
                       '>i4')  # clockwise
    path.write_bytes(content[:matrix] + quarter.tobytes() +
                     content[matrix + 36:])
    frame, = VideoReader(str(path)).frames_at(np.array([0.22]))
    assert frame.shape == (SIZE[1], SIZE[0], 3)
    assert number_of(np.rot90(frame)) == 5


def test_a_download_that_broke_off(tmp_path):
    """The index at the beginning of the file tells what is missing."""
    path = tmp_path / 'half.mp4'
    write(path, 'libx264', g='20',
          container_options=dict(movflags='faststart'))
    path.write_bytes(path.read_bytes()[:-2000])
    with pytest.raises(VideoError, match='of 300 frames are there'):
        VideoReader(str(path))


def test_a_stream_that_tells_no_times(tmp_path):
    path = write(tmp_path / 'raw.h264', 'libx264', 20)
    with pytest.raises(VideoError, match='into an mp4 or mkv file'):
        VideoReader(path)


def test_a_file_without_video(tmp_path):
    path = str(tmp_path / 'sound.wav')
    with av.open(path, 'w') as file:
        stream = file.add_stream('pcm_s16le', rate=8000)
        frame = av.AudioFrame.from_ndarray(
            np.zeros((1, 800), np.int16), 's16', 'mono')
        frame.rate = 8000
        file.mux(stream.encode(frame))
    with pytest.raises(VideoError, match='found no video stream'):
        VideoReader(path)
