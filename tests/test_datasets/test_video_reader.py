"""Every frame at its time, whatever the file: the number stands in it."""
import json

import av
import numpy as np
import pytest

from mmbapg.apis.dataset_check import check_dataset
from mmbapg.datasets.video_reader import VideoError, VideoReader
from tests.video_files import (
    SIZE,
    copy,
    number_of,
    set_matrix,
    sound_packets,
    write,
)


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
    reader = VideoReader(write(tmp_path / name, codec, 300, **options))
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
    whole = write(str(tmp_path / 'whole.mp4'), 'libx264', 300, g='50', bf='2',
                  sc_threshold='0')
    path = str(tmp_path / 'cut.mp4')
    copy(path, whole, skip=100, begin=4.8)  # frame 120 becomes the first
    reader = VideoReader(path)
    assert reader.duration == pytest.approx(12.0 - 4.8, abs=0.05)
    check(reader, first=120)


def test_videos_are_turned_as_players_turn_them(tmp_path):
    path = tmp_path / 'turned.mp4'
    write(path, 'libx264', 10)
    set_matrix(path, [[0, 1], [-1, 0]])  # a quarter, clockwise
    frame, = VideoReader(str(path)).frames_at(np.array([0.22]))
    assert frame.shape == (SIZE[1], SIZE[0], 3)
    assert number_of(np.rot90(frame)) == 5


def test_a_download_that_broke_off(tmp_path):
    """The index at the beginning of the file tells what is missing."""
    path = tmp_path / 'half.mp4'
    write(path, 'libx264', 300, g='20',
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
        stream = file.add_stream('pcm_s16le', rate=48000, layout='mono')
        file.mux(sound_packets(stream, 0, 0.1))
    with pytest.raises(VideoError, match='found no video stream'):
        VideoReader(path)


def test_a_file_that_was_cut_off_tells_what_to_do(tmp_path):
    path = tmp_path / 'half.mkv'
    write(path, 'libx264', 100)
    path.write_bytes(path.read_bytes()[:-1500])
    with pytest.raises(VideoError) as error:
        VideoReader(str(path))
    found = float(str(error.value).split('found ')[1].split()[0])
    assert 0.5 < found < 3.6
    assert str(error.value) == (
        f'{path}: found {found:.2f} s of video, but its header says 4.00 s: '
        'expected a whole video file; copy or download it again, or keep '
        'what is there with ffmpeg -i half.mkv -c copy out.mp4')


@pytest.mark.parametrize('stamps,right,wrong', [
    (40 * np.delete(np.arange(60), np.s_[5:50:3]), [25, 18.9], [15, 30, 50]),
    (np.cumsum([0] + [33] * 40 + [66] * 20), [30.3, 25], [15, 60]),
    (40 * np.arange(60), [25], [24, 26, 50, 12.5]),
    (np.arange(60) * 100 // 3, [30, 29.97], [25, 60])])
def test_a_varying_frame_rate_has_a_nominal_one(stamps, right, wrong,
                                                tmp_path):
    reader = VideoReader(write(str(tmp_path / 'v.mkv'), 'libx264',
                               stamps=stamps))
    assert [rate for rate in right + wrong
            if reader.has_frame_rate(rate)] == right


def test_dataset_check_takes_the_nominal_frame_rate(tmp_path):
    stamps = 40 * np.delete(np.arange(60), np.s_[5:50:3])
    write(str(tmp_path / 'v.mp4'), 'libx264', stamps=stamps)
    path = tmp_path / 'annotations.json'

    def warnings(fps):
        path.write_text(json.dumps(dict(database=dict(v=dict(
            duration=2.4, fps=fps, subset='training', annotations=[
                dict(label='a', segment=[0.5, 1.5])])))))
        return [text for text in check_dataset(
            str(path), str(tmp_path)).warnings if 'frames per sec' in text]

    assert warnings(25) == []
    assert '18.750 frames per second, expected 15' in warnings(15)[0]


def test_before_the_first_picture_the_first_frame_is_shown(tmp_path):
    reader = VideoReader(write(
        str(tmp_path / 'v.mp4'), 'libx264', stamps=800 + 40 * np.arange(20),
        sound='aac', span=(0, 1.6)))
    frames = reader.frames_at(np.array([0.0, 0.79, 0.83, 0.85, 1.5]))
    assert [number_of(frame) for frame in frames] == [0, 0, 0, 1, 17]
    assert reader.duration == pytest.approx(1.6)
    assert reader.fps == pytest.approx(25)


def test_frames_that_do_not_come_are_named(tmp_path):
    """Bytes that were overwritten in the middle of a file."""
    path = tmp_path / 'hurt.mkv'
    write(path, 'libx264', 60, g='10')
    content = bytearray(path.read_bytes())
    place = len(content) // 2
    content[place:place + 400] = bytes(400)
    path.write_bytes(bytes(content))
    with pytest.raises(VideoError) as error:
        reader = VideoReader(str(path))
        reader.frames_at(np.arange(60) / 25 + 0.02)
    assert str(path) in str(error.value)
