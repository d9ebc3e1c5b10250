"""Soft-NMS of a video's candidates.

    python benchmarks/soft_nms.py

The peer, ActionFormer's C++ operator, has to be compiled by the user; it needs
20 ms for 2000 segments on two cores (measured elsewhere on such a machine).
Beside ours, compiled by Numba, stands the same loop in NumPy.
"""
import argparse
import time

import torch

from mmbapg.ops import Detections, batched_nms, nms


def fastest(function, repeats: int) -> float:
    function()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return min(times)


def measure(number: int = 2000, classes: int = 20, repeats: int = 7) -> dict:
    """Seconds of the ``compiled`` and the ``array`` loop."""
    generator = torch.Generator().manual_seed(0)
    start = torch.rand(number, generator=generator) * 300
    length = torch.rand(number, generator=generator) * 20
    candidates = Detections(
        torch.stack([start, start + length], dim=1),
        torch.rand(number, generator=generator),
        torch.randint(classes, (number, ), generator=generator))
    result = dict(compiled=fastest(lambda: batched_nms(candidates), repeats))
    has_numba, nms.has_numba = nms.has_numba, lambda: False
    try:
        result['array'] = fastest(lambda: batched_nms(candidates), repeats)
    finally:
        nms.has_numba = has_numba
    return result


def main():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--candidates', type=int, default=2000)
    parser.add_argument('--classes', type=int, default=20)
    args = parser.parse_args()
    row = measure(args.candidates, args.classes)
    print(f'{args.candidates} candidates of {args.classes} classes: '
          f'{1000 * row["compiled"]:.1f} ms, in NumPy '
          f'{1000 * row["array"]:.1f} ms')


if __name__ == '__main__':
    main()
