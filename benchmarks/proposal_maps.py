"""Generators of proposals on maps beside MMAction2's BMN: a training step and
its memory, and what follows the network.

    python benchmarks/proposal_maps.py [--steps 64 100] [--batch 16]

Each runs in a process of its own, one after the other: made-up features of 400
channels, maps of as many durations as steps, the widths of their settings for
ActivityNet-1.3. Memory is the peak above what was there before the model was
built. What follows the network is 1000 proposals of a map, soft-NMS and the
100 best of them, in milliseconds.
"""
import argparse
import json
import subprocess
import sys
import time

import peak_memory
import torch
from mmaction.registry import MODELS, TASK_UTILS
from mmaction.structures import ActionDataSample
from mmengine.config import Config
from mmengine.hub import get_config
from mmengine.registry import init_default_scope
from mmengine.structures import InstanceData

from mmbapg.config.places import find_config
from mmbapg.ops import TemporalGrid

CHANNELS = 400
MODELS_OF = {
    'bmn': 'mmaction::localization/bmn/'
           'bmn_2xb8-400x100-9e_activitynet-feature.py',
    'bsn_plus_plus':
    'bsn_plus_plus/bsn_plus_plus_1xb16-10e_activitynet13-cuhk.py',
    'gtad': 'gtad/gtad_1xb16-10e_activitynet13-cuhk.py'}
PROPOSALS, KEPT = 1000, 100


def model_of(name: str, steps: int):
    """A network for sequences of so many steps."""
    place = MODELS_OF[name]
    cfg = (get_config(place) if '::' in place else
           Config.fromfile(find_config(place))).model
    if name == 'bmn':
        cfg.temporal_dim = steps
    else:
        cfg.window_size = cfg.head.num_durations = steps
    return MODELS.build(cfg)


def batch_of(steps: int, size: int):
    """Features, and samples with an instance for either kind of model."""
    samples = []
    for _ in range(size):
        sample = ActionDataSample(metainfo=dict(
            video_name='v', duration=float(steps),
            grid=TemporalGrid.of_interval(1.0)))
        shares = torch.tensor([[0.2, 0.5], [0.6, 0.7]])
        sample.gt_instances = InstanceData(
            segments=shares * steps, gt_bbox=shares,
            labels=torch.zeros(2, dtype=torch.int64))
        samples.append(sample)
    return [torch.randn(CHANNELS, steps) for _ in range(size)], samples


def measure(name: str, steps: int, size: int, repeats: int = 2) -> dict:
    """Seconds of a training step and MiB, in a process of its own."""
    command = [sys.executable, __file__, '--here', name, '--steps',
               str(steps), '--batch', str(size), '--repeats', str(repeats)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    return json.loads(done.stdout.splitlines()[-1])


def measure_here(name: str, steps: int, size: int, repeats: int) -> dict:
    """See :func:`measure`."""
    init_default_scope('mmaction')
    torch.manual_seed(0)
    before = peak_memory.reset()
    model = model_of(name, steps).train()
    inputs, samples = batch_of(steps, size)
    optimizer = torch.optim.Adam(model.parameters())
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        losses = model(inputs, samples, mode='loss')
        optimizer.zero_grad()
        sum(losses.values()).backward()
        optimizer.step()
        seconds.append(time.perf_counter() - start)
    return dict(seconds=min(seconds), memory=peak_memory.peak() - before)


def measure_proposals(steps: int = 100, repeats: int = 20) -> float:
    """Milliseconds from a map to proposals in seconds."""
    init_default_scope('mmaction')
    torch.manual_seed(0)
    decoder = TASK_UTILS.build(dict(
        type='ProposalMapDecoder', confidence_power=0.5,
        max_candidates=PROPOSALS))
    process = TASK_UTILS.build(dict(
        type='ProposalPostProcessor', nms=dict(
            method='soft', divisor=0.4, max_proposals=KEPT)))
    _, (sample, ) = batch_of(steps, 1)
    maps, bounds = torch.rand(2, steps, steps), torch.rand(2, steps)
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        found = process.finish(
            [process.select(*decoder(maps, *bounds))], sample)
        seconds.append(time.perf_counter() - start)
    assert len(found) == KEPT
    return 1000 * min(seconds)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--steps', type=int, nargs='*', default=[64, 100])
    parser.add_argument('--batch', type=int, default=16)
    parser.add_argument('--repeats', type=int, default=2)
    parser.add_argument('--here', choices=MODELS_OF,
                        help='measure one model in this process')
    args = parser.parse_args()
    if args.here:
        print(json.dumps(measure_here(args.here, args.steps[0], args.batch,
                                      args.repeats)))
        return
    for steps in args.steps:
        for name in MODELS_OF:
            row = measure(name, steps, args.batch, args.repeats)
            print(f'{name}: {steps} x {steps}, step of {args.batch} '
                  f'{row["seconds"]:.2f} s, {row["memory"]:.0f} MiB',
                  flush=True)
    print(f'{PROPOSALS} proposals with soft-NMS: '
          f'{measure_proposals():.1f} ms')


if __name__ == '__main__':
    main()
