"""The embedding stage: one process, two, and decoding beside the network.

    python benchmarks/embedding.py [--videos 8]

Whole commands, start included, on rendered videos of a minute (or on
``--data``, a folder with ``annotations.json`` and ``videos``): clip features
of EfficientNet-Lite0 as in the quick start. Every process computes with one
thread; ``two threads`` is what one process does with two instead. The cores
that one process keeps busy, decoding beside the network, bound what a second
one can add.
"""
import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import peers

from mmbapg.config.places import find_config
from mmbapg.experiments.rendered import write_rendered_set

CONFIG = 'features/efficientnetlite0_1x1x1-4fps_fir-rgb.py'
TOOLS = Path(__file__).resolve().parents[1] / 'tools'


class Cost(NamedTuple):
    """Of a run: seconds by the clock, and of all processes' computing."""
    wall: float
    cpu: float


def cpu_seconds() -> float:
    """That all finished processes that this one started have computed."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def cost(data: Path, processes: int = 1, threads: int = 1,
         workers: int = 1) -> Cost:
    """Of a run that embeds all videos of a folder."""
    with tempfile.TemporaryDirectory() as out:
        arguments = [
            str(find_config(CONFIG)), '--out', out, '--work-dir',
            f'{out}/log', '--cfg-options',
            f'clip_features.data_root={data}',
            f'clip_features.num_workers={workers}'
        ]
        tool = 'extract_features.py'
        command = ([sys.executable, str(TOOLS / tool)] if processes == 1 else
                   ['bash', str(TOOLS / 'dist.sh'), tool, str(processes)])
        env = dict(os.environ, OMP_NUM_THREADS=str(threads),
                   OMP_WAIT_POLICY='passive', PORT='29533',
                   PATH=f'{Path(sys.executable).parent}:{os.environ["PATH"]}')
        start, used = time.perf_counter(), cpu_seconds()
        subprocess.run(command + arguments, check=True, env=env,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return Cost(time.perf_counter() - start, cpu_seconds() - used)


#: Ways to run: one process, two, one that decodes in turn with the network,
#: and one with two threads.
WAYS = {
    'one': {},
    'two': dict(processes=2),
    'in turn': dict(workers=0),
    'two threads': dict(threads=2)
}


def measure(videos: int = 8, data: 'Path | None' = None,
            names: tuple = tuple(WAYS)) -> dict:
    """:class:`Cost` of each of :data:`WAYS`."""
    peers.load('efficientnet_lite_pytorch')
    with tempfile.TemporaryDirectory() as folder:
        data = data or write_rendered_set(Path(folder), videos)
        return {name: cost(data, **WAYS[name]) for name in names}


def main():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--videos', type=int, default=8)
    parser.add_argument('--data', type=Path)
    args = parser.parse_args()
    if not peers.there('efficientnet_lite_pytorch'):
        return
    costs = measure(args.videos, args.data)
    for name, (wall, cpu) in costs.items():
        print(f'{name}: {wall:.1f} s, {costs["one"].wall / wall:.2f} times as '
              f'fast as one process; {cpu / wall:.2f} cores busy')


if __name__ == '__main__':
    main()
