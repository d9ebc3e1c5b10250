"""How time and memory grow with the length of a video; two plots.

    python benchmarks/growth.py [--out benchmarks]

Change points should take time in proportion to the square of the number of
frames and memory in proportion to it, localizers time in proportion to it.
Lines show these proportions, through the last point. Every point is measured
in a process of its own.
"""
import argparse
from pathlib import Path

import change_points
import hosts
import matplotlib
import numpy as np

matplotlib.use('Agg')
import matplotlib.pyplot as plt  # noqa: E402

FRAMES = (2000, 4000, 8000, 16000, 32000)
LENGTHS = (2304, 4608, 9216, 18432, 36864)
#: TadTR sees windows of one length; the others are as one of these.
HOSTS = [name for name in hosts.CONFIGS
         if name.startswith(('actionformer/', 'tridet/'))]


def plot(axes, sizes, values, label: str, power: int, unit: str) -> None:
    sizes, values = np.array(sizes), np.array(values)
    line, = axes.plot(sizes, values, 'o-', label=label)
    axes.plot(sizes, values[-1] * (sizes / sizes[-1])**power, ':',
              color=line.get_color(), label=f'proportional to n^{power}')
    axes.set(xscale='log', yscale='log', ylabel=unit)
    axes.set_xticks(sizes, [f'{size:,}'.replace(',', ' ') for size in sizes])
    axes.minorticks_off()
    axes.grid(alpha=0.3)
    axes.legend(frameon=False)


def draw_change_points(path: Path) -> None:
    rows = [change_points.measure_alone(frames, 128) for frames in FRAMES]
    print(*rows, sep='\n')
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4),
                                         layout='constrained')
    plot(left, FRAMES, [row['ours'] for row in rows],
         'change points, 128 channels', 2, 'seconds')
    plot(right, FRAMES, [row['memory'] for row in rows],
         'memory beyond the embeddings', 1, 'MiB')
    for axes in (left, right):
        axes.set_xlabel('frames')
    figure.savefig(path, dpi=120)


def draw_hosts(path: Path) -> None:
    figure, axes = plt.subplots(figsize=(6, 4), layout='constrained')
    for name in HOSTS:
        rows = [hosts.measure(name, length, 1, forward_only=True)
                for length in LENGTHS]
        print(name, *rows, sep='\n')
        plot(axes, LENGTHS, [row['forward'] for row in rows],
             name.split('/')[0], 1, 'seconds of a forward pass')
    axes.set_xlabel('steps of 2048 channels')
    figure.savefig(path, dpi=120)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--out', type=Path, default=Path(__file__).parent)
    args = parser.parse_args()
    draw_change_points(args.out / 'growth_change_points.png')
    draw_hosts(args.out / 'growth_hosts.png')


if __name__ == '__main__':
    main()
