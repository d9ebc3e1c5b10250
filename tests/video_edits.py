"""Videos that were joined, cut off, or have something unusual in them."""
from fractions import Fraction
from functools import partial
from typing import List

import av
import numpy as np

from . import video_files as files
from .video_cases import COUNT, H264, SOUND_DELAY, SOUNDS, VPX, Case, codec_of


def joined() -> List[Case]:
    """Files one after another, which begin to count again."""
    twice = [*range(COUNT), *range(COUNT)]
    cases = []
    for container in ('ts', 'mpg', 'mkv', 'webm', 'avi'):
        codec, options = codec_of(container)
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


def broken() -> List[Case]:
    """Files of which the end is missing, or more than that is there."""
    cases = []
    for container, sound in SOUNDS.items():
        codec, options = codec_of(container)
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


def odd() -> List[Case]:
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
