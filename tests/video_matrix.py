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
from typing import List

import av
import numpy as np

from mmbapg.datasets.video_reader import VideoError, VideoReader
from mmbapg.datasets.video_stream import open_stream

from . import video_files as files
from .video_cases import Case, formats, orientations, times
from .video_edits import broken, joined, odd

CASES = [*formats(), *orientations(), *times(), *joined(), *broken(), *odd()]


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
        for case in CASES:
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
