"""What BAPG costs: a training step of the host without and with the neck.

    python benchmarks/fusion_neck.py [CONFIG_WITH_BAPG ...]

Steps alternate, so that both meet the same machine; the figure is the median
of the ratios. Proposals are cached on disk and not part of it.
"""
import argparse
import statistics
import time

import torch
from mmaction.registry import MODELS
from mmaction.structures import ActionDataSample
from mmengine.config import Config
from mmengine.registry import init_default_scope
from mmengine.structures import InstanceData

from mmbapg.apis.stages import find_config
from mmbapg.engine import add_bapg
from mmbapg.ops import TemporalGrid

CONFIGS = ['actionformer/actionformer_bapg_1xb2-35e_thumos14-i3d.py',
           'actionformer/actionformer_bapg_1xb2-20e_fir-efficientnetlite0.py']


def batch_of(channels: int, steps: int, numbers, device) -> tuple:
    inputs, samples = [], []
    for _ in range(2):
        grid = TemporalGrid.of_interval(0.25)
        sample = ActionDataSample(metainfo=dict(
            grid=grid, duration=steps / 4, video_name='v'))
        starts = torch.arange(10) * steps / 40
        sample.gt_instances = InstanceData(
            segments=torch.stack([starts, starts + 5], dim=1),
            labels=torch.zeros(10, dtype=torch.int64)).to(device)
        regions, owner = [], []
        for place, number in enumerate(numbers):
            edges = torch.linspace(0, steps, number + 2)
            regions.append(torch.stack([edges[:-1], edges[1:]], dim=1))
            owner += [place] * (number + 1)
        sample.regions = InstanceData(
            steps=torch.cat(regions), segmentation=torch.tensor(owner)
        ).to(device)
        inputs.append(torch.randn(channels, steps, device=device))
        samples.append(sample)
    return inputs, samples


def step(model, optimizer, batch) -> float:
    start = time.perf_counter()
    losses = model(*batch, mode='loss')
    optimizer.zero_grad()
    sum(losses.values()).backward()
    optimizer.step()
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return time.perf_counter() - start


def main():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('configs', nargs='*', default=CONFIGS)
    parser.add_argument('--steps', type=int, default=10)
    args = parser.parse_args()
    init_default_scope('mmaction')
    device = 'cuda' if torch.cuda.is_available() else 'cpu'
    for name in args.configs:
        cfg = add_bapg(Config.fromfile(find_config(name))).model
        torch.manual_seed(0)
        host, fused = (MODELS.build(each).to(device).train()
                       for each in (cfg.localizer, cfg))
        batch = batch_of(cfg.neck.in_channels, cfg.localizer.max_seq_len,
                         (5, 10, 15, 20), device)
        runs = [(model, torch.optim.AdamW(model.parameters()))
                for model in (host, fused)]
        times = [[step(*run, batch) for run in runs]
                 for _ in range(args.steps + 2)][2:]
        ratio = statistics.median(fused / host for host, fused in times)
        plain = statistics.median(host for host, _ in times)
        print(f'{name}: host {plain:.3f} s a step, with BAPG {ratio:.3f} '
              'times as long')


if __name__ == '__main__':
    main()
