"""Videos of many kinds, each with the frames that a player shows, and when.

    python -m tests.video_matrix     # compares with ffmpeg, where there is one

Containers, codecs, and edits such as cutting, joining, turning and breaking
off. The frames show their number, so the right answer is known without
another reader.
"""
import argparse
import shutil
import subprocess
import tempfile
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Callable, List, NamedTuple, Optional, Sequence

import av
import numpy as np

from mmbapg.datasets.video_reader import VideoError, VideoReader
from mmbapg.datasets.video_stream import open_stream

from . import video_files as files

COUNT = 40  # frames of a video

H264 = dict(g='16', bf='2', sc_threshold='0')
X265 = {'x265-params': 'keyint=16:log-level=none:pools=1:frame-threads=1'}
VPX = dict(g='16', deadline='realtime', **{'cpu-used': '8'})
ARF = {'g': '16', 'deadline': 'good', 'cpu-used': '5', 'auto-alt-ref': '1',
       'lag-in-frames': '16'}

#: Encoder, its options, and the containers that take its streams.
CODECS = dict(
    h264=('libx264', H264, 'mp4 mov mkv avi ts flv 3gp wmv'),
    open=('libx264', {'x264-params': 'open-gop=1:keyint=16'},
          'mp4 mkv avi ts flv'),
    refresh=('libx264', {'x264-params': 'intra-refresh=1:keyint=16'},
             'mp4 mkv avi ts flv'),
    hevc=('libx265', X265, 'mp4 mov mkv ts flv'),
    vp8=('libvpx', ARF, 'webm mkv avi'),
    vp9=('libvpx-vp9', ARF, 'webm mkv mp4'),
    av1=('libsvtav1', dict(g='16', preset='12'), 'mp4 mkv webm'),
    mpeg4=('mpeg4', dict(g='16'), 'mp4 mkv avi ts mpg 3gp wmv'),
    mpeg4_b=('mpeg4', dict(g='16', bf='2'), 'mp4 mkv avi ts mpg wmv'),
    mpeg2=('mpeg2video', dict(g='12', bf='2'), 'mp4 mkv avi ts mpg wmv'),
    mpeg1=('mpeg1video', dict(g='12', bf='2'), 'mkv avi ts mpg'),
    flv1=('flv', dict(g='16'), 'flv avi'),
    mjpeg=('mjpeg', {}, 'mov mkv avi'),
)

#: A sound codec that each container takes.
SOUNDS = dict(mp4='aac', mov='aac', mkv='aac', webm='libopus', avi='mp2',
              ts='mp2', mpg='mp2', flv='libmp3lame', wmv='mp2')

#: Seconds by which its encoder puts the sound before the picture.
SOUND_DELAY = 'before 7 the sound begins some milliseconds before time 0'
LEAD = dict(ts=481 / files.SOUND_RATE, flv=1105 / files.SOUND_RATE)


class Case(NamedTuple):
    """A file and what is right.

    Attributes:
        name: Of the file.
        make: Writes it to a path.
        numbers: Of the frames that are shown.
        times: Seconds at which each begins to be; by default 25 a second.
        shown: What a player does to a stored picture.
        refused: Part of the message, where the file is not to be read.
        peer: Why ffmpeg does not agree, if so.
    """
    name: str
    make: Callable
    numbers: Sequence[int] = range(COUNT)
    times: Optional[Sequence[float]] = None
    shown: Callable = np.asarray
    refused: str = ''
    peer: str = ''


def problems(case: Case, path: str) -> List[str]:
    """What the reader does wrong with a case's file."""
    try:
        reader = VideoReader(path)
        if case.refused:
            last = reader.duration
            reader.frames_at(np.linspace(0, last, 50))
            return [f'{case.name}: is read, as {last:.2f} s']
    except VideoError as error:
        if case.refused and case.refused in str(error) and (
                path in str(error)):
            return []
        return [f'{case.name}: {error}']
    starts = expected_times(case)
    found = reader._shown_from
    if len(found) != len(starts) or np.abs(found - starts).max() > 0.002:
        return [f'{case.name}: found frames at {np.round(found, 3)}, expected '
                f'{np.round(starts, 3)}']
    middle = starts + np.diff(starts, append=reader.duration) / 2
    return [f'{case.name}, {what}: found frames {seen}, expected {right}'
            for what, seen, right in _read_in_turn(case, reader, middle)
            if seen != right]


def expected_times(case: Case) -> np.ndarray:
    if case.times is None:
        return np.arange(len(case.numbers)) / 25
    return np.asarray(case.times, dtype=float)


def _read_in_turn(case, reader, times):
    numbers = np.asarray(case.numbers)
    undo = partial(_undo, case.shown)
    everything = np.arange(len(times))
    some = np.random.default_rng(0).integers(0, len(times), 6)
    for what, parts in (('one by one', some[:, None]),
                        ('in turn', np.array_split(everything[::3], 4)),
                        ('far apart', [np.sort(some)]),
                        ('at once', [everything])):
        seen = [files.number_of(undo(frame)) for part in parts if len(part)
                for frame in reader.frames_at(times[part])]
        yield what, seen, numbers[np.concatenate(parts)].tolist()
    before = reader.frames_at(np.array([0.0]))[0]
    yield 'at the start', files.number_of(undo(before)), int(numbers[0])


def _undo(shown, frame):
    """A picture as it is stored: quarter turns come back after four."""
    for _ in range(3):
        frame = shown(frame)
    return frame


def formats() -> List[Case]:
    """Codecs in containers."""
    cases = []
    for name, (codec, options, containers) in CODECS.items():
        if codec in av.codecs_available:
            pix_fmt = 'yuvj420p' if codec == 'mjpeg' else 'yuv420p'
            cases += [
                Case(f'{name}.{container}', partial(
                    files.write, codec=codec, count=COUNT, pix_fmt=pix_fmt,
                    **options), peer=_reason(name, container))
                for container in containers.split()]
    return cases


def _reason(codec: str, container: str) -> str:
    if container in ('avi', 'wmv'):
        return 'it adds the delay of its decoder'
    return 'from 6 on' if (codec, container) == ('hevc', 'flv') else ''


def edits() -> List[Case]:
    """What becomes of videos."""
    return [*_orientations(), *_times(), *_joined(), *_broken(), *_odd()]


def _orientations() -> List[Case]:
    """The eight ways to turn and mirror."""
    ways = dict(
        turned_90=([[0, 1], [-1, 0]], lambda image: np.rot90(image, 3)),
        turned_180=([[-1, 0], [0, -1]], lambda image: np.rot90(image, 2)),
        turned_270=([[0, -1], [1, 0]], np.rot90),
        hflip=([[-1, 0], [0, 1]], np.fliplr),
        vflip=([[1, 0], [0, -1]], np.flipud),
        transposed=([[0, 1], [1, 0]], lambda image: image.swapaxes(0, 1)),
        transverse=([[0, -1], [-1, 0]],
                    lambda image: np.rot90(image, 2).swapaxes(0, 1)),
        slightly_tilted=([[0.9962, 0.0872], [-0.0872, 0.9962]], np.asarray))
    return [Case(f'{name}.mp4', partial(_oriented, matrix=matrix), shown=shown,
                 peer='' if name != 'slightly_tilted' else 'turns by degrees')
            for name, (matrix, shown) in ways.items()]


def _oriented(path, matrix):
    files.write(path, 'libx264', COUNT, **H264)
    files.set_matrix(path, matrix)


def _times() -> List[Case]:
    """When frames are shown."""
    vary = np.random.default_rng(0).integers(20, 90, COUNT).cumsum()
    vary = vary - vary[0]
    late = 600 + 40 * np.arange(COUNT)
    cases = []
    for container, sound in SOUNDS.items():
        codec, options = _codec_of(container)
        write = partial(files.write, codec=codec, count=COUNT, **options)
        if container not in ('avi', 'mpg', 'wmv'):
            cases += [
                Case(f'varying.{container}', partial(write, stamps=vary),
                     times=vary / 1000),
                Case(f'late_picture.{container}', partial(
                    write, stamps=late, sound=sound, span=(0, 2.2)),
                    times=late / 1000 + LEAD.get(container, 0),
                    peer=SOUND_DELAY),
                Case(f'late_file.{container}', partial(write, stamps=late))]
        if container in ('mp4', 'mov', 'mkv', 'ts'):
            cases.append(Case(f'cut.{container}', _cut, range(
                20 if container in ('mp4', 'mov') else 16, COUNT)))
        cases.append(Case(f'one_frame.{container}', partial(write, count=1),
                          range(1)))
    return cases + [
        Case('dropped_frames.avi', partial(
            files.write, codec='mpeg4', rate=25, pix_fmt='yuv420p',
            stamps=40 * np.delete(np.arange(50), slice(20, 30))),
            times=np.delete(np.arange(50), slice(20, 30)) / 25),
        Case('begins_amid.ts', partial(_copied, skip=7, g='16',
             sc_threshold='0', bf='0'), range(16, COUNT),
             times=(np.arange(16, COUNT) - 7) / 25),
        Case('open_start.mkv', partial(_from_second_key, codec='libx264', **{
            'x264-params': 'open-gop=1:keyint=16:scenecut=0:b-adapt=0'}),
            range(16, COUNT)),
        Case('open_start.ts', partial(_from_second_key, codec='libx265', **{
            'x265-params': 'open-gop=1:keyint=16:scenecut=0:b-adapt=0:'
            'log-level=none:pools=1:frame-threads=1'}), range(16, COUNT)),
    ]


def _codec_of(container):
    if container == 'webm':
        return 'libvpx', VPX
    if container in ('mpg', 'wmv', 'avi'):
        return 'mpeg4', dict(g='16')
    return 'libx264', H264


def _cut(path):
    """At frame 20, of a group that begins at frame 16."""
    whole = path.with_suffix('.whole.mp4')
    files.write(whole, 'libx264', COUNT, **H264)
    files.copy(path, whole, skip=16, begin=20 / 25)


def _copied(path, skip, **options):
    whole = path.with_suffix('.whole.mp4')
    files.write(whole, 'libx264', COUNT, **(options or H264))
    files.copy(path, whole, skip)


def _from_second_key(path, codec, **options):
    """The file begins with frames that refer to some that are gone."""
    whole = path.with_suffix('.whole.mp4')
    files.write(whole, codec, COUNT, **options)
    with av.open(str(whole)) as file:
        keys = [number for number, packet in enumerate(file.demux(video=0))
                if packet.size and packet.is_keyframe]
    files.copy(path, whole, keys[1])


def _joined() -> List[Case]:
    """Files one after another, which begin to count again."""
    twice = [*range(COUNT), *range(COUNT)]
    cases = []
    for container in ('ts', 'mpg', 'mkv', 'webm', 'avi'):
        codec, options = _codec_of(container)
        cases.append(Case(f'joined.{container}', partial(
            _join, codec=codec, **options), twice, peer='it goes back in time'
            if container in ('mkv', 'webm') else ''))
    return cases + [
        Case('joined_later.ts', partial(
            _join, codec='libx264', starts=(0, 3600), **H264),
             twice),
        Case('joined_earlier.ts', partial(
            _join, codec='libx264', starts=(3600, 0), **H264),
             twice),
        Case('joined_thrice.ts', partial(
            _join, codec='libx264', starts=(30, 10, 30), **H264),
            [*twice, *range(COUNT)]),
        Case('clock_runs_over.ts', partial(
            _join, codec='libx264', starts=(2**33 / 90000 - 1, ), **H264)),
        Case('joined_sizes.ts', _join_sizes, refused='expected one size'),
    ]


def _join(path, codec, starts=(0, 0), size=files.SIZE, **options):
    content = b''
    for start in starts:
        files.write(path, codec, COUNT, size=size, container_options=dict(
            output_ts_offset=str(start)), **options)
        content += path.read_bytes()
    path.write_bytes(content)


def _join_sizes(path):
    files.write(path, 'libx264', COUNT, **H264)
    first = path.read_bytes()
    files.write(path, 'libx264', COUNT, size=(96, 160), **H264)
    path.write_bytes(first + path.read_bytes())


def _broken() -> List[Case]:
    """Files of which the end is missing, or more than that is there."""
    cases = []
    for container, sound in SOUNDS.items():
        codec, options = _codec_of(container)
        write = partial(files.write, codec=codec, count=COUNT, **options)
        if container in ('mkv', 'webm', 'avi', 'flv'):
            # with sound or without, the header tells how long the file is
            cases += [Case(f'half{name}.{container}', partial(
                _edited, write=partial(write, **kwargs), edit=files.half),
                refused='but its header says 1.6')
                for name, kwargs in (('', {}), ('_with_sound', dict(
                    sound=sound)))]
        cases.append(Case(f'more_behind.{container}', partial(
            _edited, write=write, edit=lambda content: content + bytes(
                np.random.default_rng(0).bytes(2000)))))
    write = partial(files.write, codec='libx264', count=COUNT, **H264)
    front = dict(container_options=dict(movflags='faststart'))
    pieces = dict(container_options=dict(movflags='frag_keyframe+empty_moov'))
    told_longer = partial(_tell_longer, factor=1.02)
    return cases + [
        Case('half.mp4', partial(_edited, write=partial(write, **front),
                                 edit=files.half),
             refused=f'of {COUNT} frames are there'),
        Case('half_index_last.mp4', partial(_edited, write=write,
                                            edit=files.half),
             refused='expected a whole video file'),
        Case('half_piece.mp4', partial(_edited, write=partial(
            write, **pieces), edit=files.half),
            refused='expected a whole video file'),
        Case('longer_sound.mkv', partial(write, sound='aac', span=(0, 4.0)),
             peer=SOUND_DELAY),
        Case('told_slightly_longer.mkv', partial(
            _edited, write=write, edit=told_longer)),
        Case('live.mkv', partial(
            files.write_live, form='matroska', codec='libx264', count=COUNT,
            sound='aac', **H264), peer=SOUND_DELAY),
        Case('live_pcm.mkv', partial(
            files.write_live, form='matroska', codec='mpeg4', count=COUNT,
            sound='pcm_s16le')),
        Case('live.webm', partial(
            files.write_live, form='webm', codec='libvpx', count=COUNT,
            sound='libopus', **VPX), peer=SOUND_DELAY),
        Case('live.avi', partial(
            files.write_live, form='avi', codec='mpeg4', count=COUNT,
            sound='mp2')),
        Case('live.flv', partial(
            files.write_live, form='flv', codec='libx264', count=COUNT,
            **H264)),
        Case('no_index.avi', partial(
            _edited, write=partial(files.write, codec='mpeg4', count=COUNT),
            edit=lambda content: content[:content.rindex(b'idx1')])),
        Case('no_index.mkv', partial(
            _edited, write=write, edit=lambda content: content[
                :content.rindex(b'\x1c\x53\xbb\x6b')])),
        Case('pieces.mp4', partial(
            write, container_options=dict(movflags='frag_keyframe'))),
    ]


def _edited(path, write, edit):
    write(path)
    files.change(path, edit)


def _tell_longer(content, factor):
    """The duration in a Matroska header, in its own units."""
    place = content.index(b'\x44\x89\x88') + 3
    told = np.frombuffer(content[place:place + 8], '>f8') * factor
    return content[:place] + told.tobytes() + content[place + 8:]


def _odd() -> List[Case]:
    """Other pictures, other streams, other names."""
    h264 = partial(files.write, codec='libx264', count=COUNT)
    cases = [
        Case(f'{name}.{container}', partial(h264, **dict(H264, **kwargs)))
        for container in ('mp4', 'mkv') for name, kwargs in (
            ('ten_bits', dict(pix_fmt='yuv420p10le')),
            ('full_range', dict(pix_fmt='yuvj420p')),
            ('gray', dict(pix_fmt='gray')),
            ('444', dict(pix_fmt='yuv444p')),
            ('odd_size', dict(size=(67, 171), pix_fmt='yuv444p')),
            ('odd_size_420', dict(size=(66, 170))),
            ('interlaced', dict(flags='+ilme+ildct')),
            ('wide_pixels', dict(prepare=_wide_pixels)),
        )]
    return cases + [
        Case('cover_first.mp4', partial(h264, cover='first', **H264)),
        Case('cover_last.mp4', partial(h264, cover='last', **H264)),
        Case('cover_only.mp4', _cover_only, refused='found no video stream'),
        Case('sound_only.mkv', _sound_only, refused='found no video stream'),
        Case('nothing.mp4', partial(h264, count=0),
             refused='found no video stream'),
        Case('UPPER_CASE.MP4', partial(h264, **H264)),
        Case('no_extension', partial(_renamed, name='a.mp4')),
        Case('12:30:15.mp4', partial(_renamed, name='a.mp4')),
        Case('wrong_extension.avi', partial(_renamed, name='a.mkv')),
    ]


def _wide_pixels(stream):
    stream.codec_context.sample_aspect_ratio = Fraction(4, 3)


def _cover_only(path):
    with av.open(str(path), 'w') as file:
        picture = file.add_stream('mjpeg', rate=1)
        sound = file.add_stream('aac', rate=files.SOUND_RATE, layout='mono')
        for packet in files.cover_packets(picture):
            file.mux(packet)
        for packet in files.sound_packets(sound, 0, 1):
            file.mux(packet)


def _sound_only(path):
    with av.open(str(path), 'w') as file:
        sound = file.add_stream('aac', rate=files.SOUND_RATE, layout='mono')
        for packet in files.sound_packets(sound, 0, 1):
            file.mux(packet)


def _renamed(path, name):
    files.write(path.with_name(name), 'libx264', COUNT, **H264)
    path.with_name(name).rename(path)


def compare(case: Case, path: str) -> List[str]:
    """Where the reader and the program ffmpeg differ, frame by frame."""
    try:
        reader = VideoReader(path)
        ours = reader.frames_at(reader._shown_from)
    except VideoError:
        return []
    stamps, theirs = _by_ffmpeg(path, ours.shape[1:])
    if stamps is None or len(stamps) != len(ours):
        count = 'none' if stamps is None else len(stamps)
        return [f'{case.name}: {len(ours)} frames, ffmpeg {count}']
    found = []
    late = np.abs(stamps - reader._shown_from).max()
    if late > 0.002:
        found.append(f'{case.name}: times differ by up to {late:.3f} s')
    if len(theirs) != ours.size:
        return [*found, f'{case.name}: sizes differ']
    apart = np.abs(ours.astype(np.int16) - np.frombuffer(
        theirs, np.uint8).reshape(ours.shape)).mean(axis=(1, 2, 3))
    if apart.max() > 2:
        found.append(f'{case.name}: pixels differ by {apart.max():.1f} of 255 '
                     f'on average in frame {apart.argmax()}')
    return found


def _by_ffmpeg(path, shape):
    """Times, and all pixels, of the stream that the reader takes."""
    container, stream = open_stream(path)
    track = container.streams.video.index(stream)
    times = Path(path + '.times')
    output = ['-map', f'0:v:{track}', '-fps_mode', 'passthrough',
              '-enc_time_base', '-1', '-pix_fmt', 'rgb24']
    # time 0 is that of the sound only if ffmpeg is to read it
    sound = container.streams.audio and ['-map', '0:a', '-f', 'null', '-']
    pixels = subprocess.run(
        ['ffmpeg', '-v', 'error', '-nostdin', '-y', '-i', f'file:{path}',
         *output, '-f', 'rawvideo', '-', *output, '-f', 'framecrc', times,
         *sound],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    lines = times.read_text().splitlines() if times.is_file() else []
    unit = [Fraction(line.split()[-1]) for line in lines
            if line.startswith('#tb')]
    if not unit:
        return None, pixels
    stamps = [int(line.split(',')[2]) * float(unit[0]) for line in lines
              if not line.startswith('#')]
    return np.array(stamps), pixels


def main():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--only', default='', help='part of the names')
    args = parser.parse_args()
    av.logging.set_level(av.logging.PANIC)
    has_peer = shutil.which('ffmpeg') is not None
    count = frames = 0
    with tempfile.TemporaryDirectory() as folder:
        for case in formats() + edits():
            if args.only not in case.name:
                continue
            path = Path(folder) / case.name
            case.make(path)
            count += 1
            for line in problems(case, str(path)):
                print('wrong:', line)
            if has_peer and not case.refused:
                frames += len(case.numbers)
                for line in compare(case, str(path)):
                    print('ffmpeg:', line, case.peer and f'({case.peer})')
    print(f'{count} files; ' + (
        f'{frames} frames compared with ffmpeg' if has_peer else
        'no ffmpeg to compare with'))


if __name__ == '__main__':
    main()
