"""Change points: mmbapg against ruptures, in one run.

    pip install ruptures && python benchmarks/change_points.py

Both find the optimum for the largest number of change points; ruptures'
KernelCPD (compiled C) finds that one alone, ours those for all smaller numbers
too, and never holds the similarity matrix.
"""
import argparse
import time
import tracemalloc

import numpy as np
import torch

from mmbapg.ops import find_change_points


def timed(function, repeats: int) -> 'tuple[float, object]':
    times, result = [], None
    for _ in range(repeats):
        start = time.perf_counter()
        result = function()
        times.append(time.perf_counter() - start)
    return min(times), result


def main():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--frames', type=int, nargs='+',
                        default=[500, 1000, 2000, 4000])
    parser.add_argument('--channels', type=int, default=64)
    parser.add_argument('--change-points', type=int, default=20)
    parser.add_argument('--repeats', type=int, default=3)
    args = parser.parse_args()
    import ruptures
    print(f'{"frames":>7} {"ruptures":>10} {"mmbapg":>10} {"ratio":>7}  same')
    for number in args.frames:
        embeddings = torch.randn(number, args.channels,
                                 generator=torch.Generator().manual_seed(0))
        unit = torch.nn.functional.normalize(embeddings.double(), dim=1)

        def theirs(unit=unit):
            search = ruptures.KernelCPD(kernel='linear', min_size=1)
            search.fit(unit.numpy())
            return search.predict(n_bkps=args.change_points)[:-1]

        def ours(embeddings=embeddings):
            return find_change_points(embeddings, args.change_points)

        slow, expected = timed(theirs, args.repeats)
        fast, found = timed(ours, args.repeats)
        same = np.array_equal(expected, found.change_points[-1])
        print(f'{number:7d} {slow:9.3f}s {fast:9.3f}s {slow / fast:6.2f}x  '
              f'{same}')
    tracemalloc.start()
    ours()
    peak = tracemalloc.get_traced_memory()[1]
    print(f'NumPy memory at {number} frames: {peak / 2**20:.1f} MiB; the '
          f'matrix alone would take {8 * number**2 / 2**20:.1f} MiB')


if __name__ == '__main__':
    main()
