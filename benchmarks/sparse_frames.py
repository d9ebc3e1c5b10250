"""One frame a second of a ten-minute video, by several readers.

    pip install decord && python benchmarks/sparse_frames.py

The video is encoded as most are (H.264, 320 x 240, 25 frames per second, a
key frame every 250); every reader must return the same frames. ``seeking`` is
PyAV used plainly: it seeks before each frame.
"""
import argparse
import tempfile
import time
from pathlib import Path

import av
import numpy as np
import peers

from mmbapg.datasets.video_reader import VideoReader

FPS, HEIGHT, WIDTH = 25, 240, 320
NOISE = 6


def write_video(path: Path, seconds: int) -> str:
    """A texture that drifts, under noise as of a camera."""
    generator = np.random.default_rng(0)
    scene = generator.integers(0, 256, (HEIGHT // 8, WIDTH // 4), np.uint8)
    scene = scene.repeat(8, axis=0).repeat(8, axis=1)
    with av.open(str(path), 'w') as file:
        stream = file.add_stream('libx264', rate=FPS,
                                 options=dict(preset='veryfast', g='250'))
        stream.height, stream.width, stream.pix_fmt = HEIGHT, WIDTH, 'yuv420p'
        for number in range(seconds * FPS):
            left = int(WIDTH / 2 * (1 + np.sin(number / 40)))
            image = scene[:, left:left + WIDTH].astype(np.int16)
            image = image + generator.integers(-NOISE, NOISE, image.shape)
            image = image.clip(0, 255).astype(np.uint8)
            file.mux(stream.encode(av.VideoFrame.from_ndarray(
                image[..., None].repeat(3, axis=2), 'rgb24')))
        file.mux(stream.encode(None))
    return str(path)


def ours(path: str, times: np.ndarray) -> np.ndarray:
    return VideoReader(path).frames_at(times)


def decord_batch(path: str, times: np.ndarray) -> np.ndarray:
    reader = peers.load('decord').VideoReader(path, num_threads=1)
    return reader.get_batch((times * FPS).astype(int)).asnumpy()


def seeking(path: str, times: np.ndarray) -> np.ndarray:
    frames = []
    with av.open(path) as file:
        stream = file.streams.video[0]
        for stamp in ((times * FPS).astype(int) / FPS /
                      stream.time_base).astype(int):
            file.seek(int(stamp), stream=stream)
            frames.append(next(
                frame.to_ndarray(format='rgb24')
                for frame in file.decode(stream) if frame.pts >= stamp))
    return np.stack(frames)


READERS = dict(mmbapg=ours, decord=decord_batch, seeking=seeking)


def measure(minutes: float = 10, readers=tuple(READERS)) -> dict:
    """Seconds of each reader, to open the file and read."""
    if 'decord' in readers:
        peers.load('decord')
    seconds = round(60 * minutes)
    times = np.arange(seconds) + 0.5
    result, expected = {}, None
    with tempfile.TemporaryDirectory() as folder:
        path = write_video(Path(folder) / 'video.mp4', seconds)
        for name in readers:
            start = time.perf_counter()
            frames = READERS[name](path, times)
            result[name] = time.perf_counter() - start
            expected = frames if expected is None else expected
            if not np.array_equal(frames, expected):
                raise SystemExit(f'error: {name} returned other frames than '
                                 f'{next(iter(readers))}')
    return result


def main():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--minutes', type=float, default=10)
    parser.add_argument('--readers', nargs='+', choices=list(READERS),
                        default=list(READERS))
    args = parser.parse_args()
    readers = [name for name in args.readers
               if name != 'decord' or peers.there(name)]
    for name, value in measure(args.minutes, readers).items():
        print(f'{name}: {value:.2f} s')


if __name__ == '__main__':
    main()
