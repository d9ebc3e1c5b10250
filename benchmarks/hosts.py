"""Hosts at the size of THUMOS14: a forward pass, a training step, memory.

    python benchmarks/hosts.py [CONFIG ...] [--length STEPS ...]

The reference implementations took, on another day on such a machine (two CPU
cores), for a forward pass and a training step: ActionFormer 0.63 and 3.8 to
4.2 s and 2.7 GB, TriDet 0.50 and 3.3 to 3.6 s and 2.1 GB, TadTR 0.037 and
1.9 s. Each configuration runs in a process of its own, whose memory is its
peak above what it held before the model was built. With several ``--length``
the growth of time with the length of a video shows.
"""
import argparse
import json
import statistics
import subprocess
import sys
import time

import peak_memory
import torch
from fusion_neck import batch_of, configs, step
from mmaction.registry import MODELS
from mmengine.config import Config
from mmengine.registry import init_default_scope

from mmbapg.config.places import find_config

#: Of every host.
CONFIGS = configs(r'(\w+)/\1_1xb.*_thumos14-i3d\.py')


def peak_mebibytes() -> float:
    if torch.cuda.is_available():
        return torch.cuda.max_memory_allocated() / 2**20
    return peak_memory.peak()


def forward(model, inputs) -> float:
    start = time.perf_counter()
    with torch.no_grad():
        model(inputs, None, mode='tensor')
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return time.perf_counter() - start


def measure(name: str, length: int = 0, repeats: int = 5,
            forward_only: bool = False) -> dict:
    """Steps, channels, samples of a training step, seconds of it and of a
    forward pass, and MiB; in a process of its own."""
    command = [sys.executable, __file__, name, '--here', '--length',
               str(length), '--repeats', str(repeats)]
    command += ['--forward-only'] if forward_only else []
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    return json.loads(done.stdout.splitlines()[-1])


def measure_here(name: str, length: int, repeats: int,
                 forward_only: bool) -> dict:
    """See :func:`measure`."""
    init_default_scope('mmaction')
    device = 'cuda' if torch.cuda.is_available() else 'cpu'
    cfg = Config.fromfile(find_config(name))
    if length:
        cfg.model['max_seq_len' if 'max_seq_len' in cfg.model else
                  'window_size'] = length
    before = 0 if torch.cuda.is_available() else peak_memory.reset()
    model = MODELS.build(cfg.model).to(device)
    batch = batch_of(cfg, device)
    model.eval()
    alone = batch[0][:1]
    ahead = statistics.median(
        forward(model, alone) for _ in range(repeats + 1))
    channels, length = batch[0][0].shape
    result = dict(steps=length, channels=channels, forward=ahead)
    if not forward_only:
        model.train()
        optimizer = torch.optim.AdamW(model.parameters())
        result.update(samples=len(batch[0]), training=statistics.median(
            [step(model, optimizer, batch, time.perf_counter)
             for _ in range(repeats + 1)][1:]))
    return dict(result, memory=peak_mebibytes() - before)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('configs', nargs='*', default=CONFIGS)
    parser.add_argument('--length', type=int, nargs='*', default=[0],
                        help='steps of a video, instead of the config\'s')
    parser.add_argument('--repeats', type=int, default=5)
    parser.add_argument('--here', action='store_true',
                        help='measure one configuration in this process')
    parser.add_argument('--forward-only', action='store_true')
    args = parser.parse_args()
    if args.here:
        print(json.dumps(measure_here(args.configs[0], args.length[0],
                                      args.repeats, args.forward_only)))
        return
    for name in args.configs:
        for length in args.length:
            row = measure(name, length, args.repeats, args.forward_only)
            training = '' if args.forward_only else (
                f'training step of {row["samples"]} {row["training"]:.3f} s, ')
            print(f'{name}: {row["steps"]} steps of {row["channels"]} '
                  f'channels, forward {row["forward"]:.3f} s, {training}'
                  f'{row["memory"]:.0f} MiB')


if __name__ == '__main__':
    main()
