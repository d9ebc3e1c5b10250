"""Videos in many containers, codecs and ways of telling the time."""
from functools import partial
from typing import Callable, List, NamedTuple, Optional, Sequence

import av
import numpy as np

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


def orientations() -> List[Case]:
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


def times() -> List[Case]:
    """When frames are shown."""
    vary = np.random.default_rng(0).integers(20, 90, COUNT).cumsum()
    vary = vary - vary[0]
    late = 600 + 40 * np.arange(COUNT)
    cases = []
    for container, sound in SOUNDS.items():
        codec, options = codec_of(container)
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


def codec_of(container):
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
