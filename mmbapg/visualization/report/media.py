"""Videos in the folder of a report, in a form that browsers play."""
import os
import shutil
from fractions import Fraction
from pathlib import Path

import numpy as np

from mmbapg.datasets.video_reader import VideoReader
from mmbapg.video_names import file_of

#: Files and codecs that all browsers of today play.
PLAYED = {'.mp4': {'h264', 'av1'}, '.m4v': {'h264'},
          '.webm': {'vp8', 'vp9', 'av1'}}
#: Of videos that are encoded anew: pixels along the shorter side, and frames
#: in a second, at most.
SIDE, RATE = 360, 30
#: Frames that are held at a time.
CHUNK = 64


def is_played(path: Path) -> bool:
    """Whether browsers play a file; not if it is no video."""
    import av
    try:
        container = av.open(str(path))
    except (av.FFmpegError, EOFError, OSError):
        return False
    with container:
        video = next(iter(container.streams.video), None)
        return (video is not None and
                video.codec_context.codec.canonical_name in PLAYED.get(
                    path.suffix.lower(), ()) and
                video.codec_context.pix_fmt in ('yuv420p', 'yuvj420p'))


def place_video(source: Path, folder: Path, name: str) -> Path:
    """Let a report have a video: as it is, or encoded anew.

    A file that browsers play is linked (a hard link, which survives when the
    folder is moved or packed) or copied. Any other is encoded as small H.264
    without sound.

    Args:
        source: The video.
        folder: Of the videos of the report.
        name: Of the file there, without suffix.

    Returns:
        The file.

    Raises:
        VideoError: If it cannot be read.
    """
    folder.mkdir(parents=True, exist_ok=True)
    source = source.resolve()
    reader = VideoReader(str(source))  # says what is wrong with a file
    if is_played(source):
        place = file_of(folder, name, '{}' + source.suffix.lower())
        place.unlink(missing_ok=True)
        try:
            os.link(source, place)
        except OSError:  # another file system, or one without links
            shutil.copyfile(source, place)
        return place
    place = file_of(folder, name, '{}.mp4')
    partial = place.with_suffix('.partial.mp4')
    try:
        _encode(reader, partial)
        os.replace(partial, place)
    finally:
        partial.unlink(missing_ok=True)
    return place


def _encode(reader: VideoReader, place: Path) -> None:
    import av
    rate = min(Fraction(reader.fps).limit_denominator(1001), Fraction(RATE))
    times = np.arange(max(int(reader.duration * rate), 1)) / float(rate)
    height, width = reader.frames_at(times[:1]).shape[1:3]
    share = min(SIDE / min(height, width), 1)
    with av.open(str(place), 'w') as container:
        stream = container.add_stream('libx264', rate=rate, options=dict(
            crf='27', preset='veryfast', movflags='+faststart'))
        stream.width, stream.height = (  # even, as the codec wants it
            max(round(share * side / 2), 1) * 2 for side in (width, height))
        stream.pix_fmt = 'yuv420p'
        stream.gop_size = 2 * RATE  # a jump decodes two seconds at most
        for start in range(0, len(times), CHUNK):
            for frame in reader.frames_at(times[start:start + CHUNK]):
                container.mux(stream.encode(
                    av.VideoFrame.from_ndarray(frame, format='rgb24')))
        container.mux(stream.encode(None))
