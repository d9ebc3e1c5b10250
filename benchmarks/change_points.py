"""Change points: mmbapg against ruptures and a matrix product, in one run.

    pip install ruptures && python benchmarks/change_points.py

All find the optimum for the largest number of change points; ruptures'
KernelCPD (compiled C) finds that one alone, ours those for all smaller numbers
too. ``product`` is what no exact search can do without: half of the similarity
matrix, in blocks. ``memory`` is the peak of the process beyond what it held
before, the embeddings among it.
"""
import argparse
import json
import subprocess
import sys
import time
from functools import partial

import numpy as np
import peak_memory
import peers
import torch

from mmbapg.ops import find_change_points, find_change_points_of_all
from mmbapg.ops.unit_vectors import BLOCK


def timed(function, repeats: int) -> 'tuple[float, object]':
    times, result = [], None
    for _ in range(repeats):
        start = time.perf_counter()
        result = function()
        times.append(time.perf_counter() - start)
    return min(times), result


def measure(frames: int, channels: int = 2048, number: int = 20,
            repeats: int = 3, with_ruptures: bool = True,
            scenes: int = 0) -> dict:
    """Seconds of ``ours``, ``product`` and ``ruptures``; whether the last
    gives the ``same``; ``memory`` in MiB.

    Without ``scenes`` every frame is noise, the worst case: no start of a
    region can be passed over. With them so many parts of the video have a
    mean, as long as the noise.
    """
    if with_ruptures:
        peers.load('ruptures')
    # compile, which later runs need not
    find_change_points(torch.randn(300, 2), 1)
    embeddings = torch.randn(frames, channels,
                             generator=torch.Generator().manual_seed(0))
    if scenes:
        means = torch.randn(scenes, channels,
                            generator=torch.Generator().manual_seed(1))
        embeddings += means[torch.arange(frames) * scenes // frames]
    unit = torch.nn.functional.normalize(embeddings, dim=1)

    def half_product():
        for end in range(BLOCK, len(unit) + BLOCK, BLOCK):
            unit[:end] @ unit[end - BLOCK:end].T

    before = peak_memory.reset()
    ours, found = timed(
        lambda: find_change_points(embeddings, number), repeats)
    result = dict(ours=ours, memory=peak_memory.peak() - before)
    result['product'], _ = timed(half_product, repeats)
    if with_ruptures:
        result['ruptures'], expected = timed(
            partial(ruptures_search, unit, number), 1)
        result['same'] = np.array_equal(expected, found.change_points[-1])
    return result


def measure_alone(frames: int, channels: int = 2048) -> dict:
    """:func:`measure` in a process of its own, whose memory nothing else has
    used before; without ruptures."""
    done = subprocess.run(
        [sys.executable, __file__, '--frames', str(frames), '--channels',
         str(channels), '--without-ruptures', '--json'],
        check=True, stdout=subprocess.PIPE)
    return json.loads(done.stdout.splitlines()[-1])


def measure_gpu(frames: int, channels: int = 2048, number: int = 20,
                repeats: int = 3) -> float:
    """Seconds of one video on the GPU."""
    embeddings = torch.randn(frames, channels, device='cuda')
    return timed(lambda: _synchronized(
        find_change_points, embeddings, number), repeats + 1)[0]


def measure_gpu_batch(videos: int = 64, frames: int = 500,
                      channels: int = 2048, number: int = 20) -> float:
    """How many times as fast as one by one all are found together."""
    embeddings = torch.randn(videos, frames, channels, device='cuda')
    alone, _ = timed(lambda: [_synchronized(
        find_change_points, each, number) for each in embeddings], 3)
    together, _ = timed(lambda: _synchronized(
        find_change_points_of_all, list(embeddings), number), 3)
    return alone / together


def _synchronized(function, *args):
    result = function(*args)
    torch.cuda.synchronize()
    return result


def main():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--frames', type=int, nargs='+',
                        default=[500, 1000, 2000, 4000])
    parser.add_argument('--channels', type=int, default=2048)
    parser.add_argument('--change-points', type=int, default=20)
    parser.add_argument('--scenes', type=int, default=0, help='parts of the '
                        'video that look different; default: noise alone')
    parser.add_argument('--repeats', type=int, default=3)
    parser.add_argument('--without-ruptures', action='store_true',
                        help='for lengths at which it takes minutes')
    parser.add_argument('--json', action='store_true',
                        help='print figures as JSON, one line for each length')
    args = parser.parse_args()
    if args.json:
        for frames in args.frames:
            print(json.dumps(measure(
                frames, args.channels, args.change_points, args.repeats,
                not args.without_ruptures, args.scenes)))
        return
    with_ruptures = not args.without_ruptures and peers.there('ruptures')
    print(f'{"frames":>7} {"mmbapg":>9} {"product":>9} {"ratio":>6} '
          f'{"memory":>9} {"ruptures":>10} {"ratio":>7} same')
    for frames in args.frames:
        row = measure(frames, args.channels, args.change_points,
                      args.repeats, with_ruptures, args.scenes)
        text = (f'{frames:7d} {row["ours"]:8.3f}s {row["product"]:8.3f}s '
                f'{row["ours"] / row["product"]:5.2f}x '
                f'{row["memory"]:5.0f} MiB')
        if 'ruptures' in row:
            text += (f' {row["ruptures"]:9.3f}s '
                     f'{row["ruptures"] / row["ours"]:6.1f}x {row["same"]}')
        print(text)


def ruptures_search(unit: torch.Tensor, number: int) -> list:
    search = peers.load('ruptures').KernelCPD(kernel='linear', min_size=1)
    search.fit(unit.double().numpy())
    return search.predict(n_bkps=number)[:-1]


if __name__ == '__main__':
    main()
