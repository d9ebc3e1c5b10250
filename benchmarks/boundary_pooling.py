"""Boundary max pooling beside a convolution of the network that it is in.

    python benchmarks/boundary_pooling.py

AFSD at THUMOS14 size pools features of 256 frames for all 126 segments, and
those of each pyramid level for its own. Beside each stands the convolution of
three steps, 512 channels to 512, over the same sequence. Times are of one
thread; calls alternate, and the fastest of each counts.
"""
import time
from typing import Callable, Dict, NamedTuple

import torch
from torch import Tensor

from mmbapg.models.layers import Conv1d
from mmbapg.ops import boundary_max_pooling, boundary_regions


class Times(NamedTuple):
    """Seconds of the pooling and of the convolution."""
    pooling: float
    convolution: float


def sequence(channels: int, length: int) -> Tensor:
    """``(1, channels, length)``, as the network has it in memory."""
    return torch.randn(1, length, channels).transpose(1, 2)


def cases(channels: int, length: int, segments: int,
          training: bool) -> Dict[str, Callable[[], Tensor]]:
    """Both, for segments anywhere in a sequence."""
    features, x = (sequence(each, length).requires_grad_(training)
                   for each in (channels, 512))
    times = (length * torch.rand(1, segments, 2)).sort(dim=2).values
    regions = boundary_regions(times, times[..., 1] - times[..., 0])
    conv = Conv1d(512, 512, 3, padding=1)

    def pooling() -> Tensor:
        return boundary_max_pooling(features, regions)

    def convolution() -> Tensor:
        return conv(x)

    return dict(pooling=pooling, convolution=convolution)


def measure(channels: int, length: int, segments: int, calls: int = 30,
            training: bool = False) -> Times:
    """Fastest calls; with ``training``, backward passes included."""
    torch.manual_seed(0)
    best = dict(pooling=float('inf'), convolution=float('inf'))
    pairs = cases(channels, length, segments, training)
    with torch.set_grad_enabled(training):
        for _ in range(calls):
            for name, function in pairs.items():
                start = time.perf_counter()
                out = function()
                if training:
                    out.sum().backward()
                best[name] = min(best[name], time.perf_counter() - start)
    return Times(**best)


#: Of THUMOS14, and the two largest of ActivityNet-1.3.
SIZES = {'256 frames, all 126 segments': (512, 256, 126),
         'level of 64 steps': (1024, 64, 64), 'of 32': (1024, 32, 32),
         'of 16': (1024, 16, 16), '768 frames, all 189': (512, 768, 189),
         'level of 96 steps': (1024, 96, 96)}


def worst() -> float:
    """Pooling over convolution where it is the most, on one thread."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        times = [measure(*size) for size in SIZES.values()]
    finally:
        torch.set_num_threads(threads)
    return max(each.pooling / each.convolution for each in times)


def main():
    torch.set_num_threads(1)
    for training in (False, True):
        print('forward and backward' if training else 'forward')
        for name, size in SIZES.items():
            times = measure(*size, training=training)
            print(f'  {name}: {1000 * times.pooling:.2f} ms, convolution '
                  f'{1000 * times.convolution:.2f} ms, '
                  f'{times.pooling / times.convolution:.2f} times as long')


if __name__ == '__main__':
    main()
