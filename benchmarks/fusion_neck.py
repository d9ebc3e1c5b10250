"""What BAPG costs: a training step of the host without and with the neck.

    python benchmarks/fusion_neck.py [CONFIG_WITH_BAPG ...]

Steps alternate, so that both meet the same machine; the figure is the median
of the ratios, with its quartiles. Beside it stands the ratio of the fastest
steps, which a busy machine disturbs less. Batches are as large and sequences
as long as training has them at most. A sequence shows all regions of its
video, a window those of a quarter. Proposals are cached on disk and not part
of it.
"""
import argparse
import time

import numpy as np
import torch
from mmaction.registry import MODELS, TRANSFORMS
from mmaction.structures import ActionDataSample
from mmengine.config import Config
from mmengine.registry import init_default_scope
from mmengine.structures import InstanceData

from mmbapg.config.bapg import complete_clustering
from mmbapg.config.places import find_config, localizer_names
from mmbapg.engine import add_bapg
from mmbapg.models.localizers.contract import feature_channels
from mmbapg.ops import TemporalGrid


def configs(pattern: str) -> list:
    """Our configs whose ``FOLDER/NAME.py`` a pattern fits."""
    return [name.removeprefix('mmbapg::') for name in localizer_names(pattern)]


#: Of every host, on long and on short videos.
CONFIGS = configs(
    r'(\w+)/\1_bapg_1xb.*_(thumos14-i3d|fir-efficientnetlite0)\.py')
INTERVAL = 0.25


def batch_of(cfg: Config, device: str) -> tuple:
    """Inputs and data samples as a training step of the config sees them."""
    host = cfg.model.get('localizer', cfg.model)
    steps = host.get('max_seq_len') or host.window_size
    of_video = steps if 'max_seq_len' in host else 4 * steps
    numbers = cfg.get('bapg_numbers', ())
    inputs, samples = [], []
    for _ in range(cfg.train_dataloader.batch_size):
        sample = ActionDataSample(metainfo=dict(
            grid=TemporalGrid.of_interval(INTERVAL), video_name='v',
            duration=steps * INTERVAL))
        starts = torch.arange(10) * steps * INTERVAL / 10
        sample.gt_instances = InstanceData(
            segments=torch.stack([starts, starts + INTERVAL * 5], dim=1),
            labels=torch.zeros(10, dtype=torch.int64)).to(device)
        regions, owner = [], []
        for place, number in enumerate(numbers):
            edges = torch.linspace(0, of_video, number + 2)
            edges = edges[:int((edges < steps).sum()) + 1]
            regions.append(torch.stack([edges[:-1], edges[1:]], dim=1))
            owner += [place] * (len(edges) - 1)
        if regions:
            sample.regions = InstanceData(
                metainfo=dict(num_segmentations=len(numbers)),
                steps=torch.cat(regions), segmentation=torch.tensor(owner)
            ).to(device)
            sample.boundary_strength = torch.rand(
                cfg.widths.num_strengths, steps, device=device)
            sample.class_evidence = torch.rand(
                cfg.widths.class_channels, steps, device=device)
        inputs.append(torch.randn(
            steps, feature_channels(host), device=device).t())
        samples.append(sample)
    return inputs, samples


def step(model, optimizer, batch, clock) -> float:
    """Seconds of a training step."""
    start = clock()
    losses = model(*batch, mode='loss')
    optimizer.zero_grad()
    model.parse_losses(losses)[0].backward()
    optimizer.step()
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return clock() - start


def measure(name: str, steps: int = 12) -> np.ndarray:
    """``(steps, 2)`` seconds of steps without and with BAPG."""
    init_default_scope('mmaction')
    device = 'cuda' if torch.cuda.is_available() else 'cpu'
    cfg = Config.fromfile(find_config(name))
    clustering = TRANSFORMS.build(complete_clustering(cfg.bapg, cfg.model))
    cfg = add_bapg(cfg)
    cfg.bapg_numbers = clustering.numbers.typical
    cfg.widths = clustering.packed_widths._asdict()
    torch.manual_seed(0)
    batch = batch_of(cfg, device)
    runs = []
    for model in (cfg.model.localizer, cfg.model):
        model = MODELS.build(model).to(device).train()
        runs.append((model, torch.optim.AdamW(model.parameters())))
    # Of computing, where there is no GPU, which other processes on the same
    # machine disturb less.
    clock = (time.perf_counter if torch.cuda.is_available() else
             time.process_time)
    return np.array([[step(*run, batch, clock) for run in runs]
                     for _ in range(steps + 2)])[2:]


def main():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('configs', nargs='*', default=CONFIGS)
    parser.add_argument('--steps', type=int, default=20)
    args = parser.parse_args()
    for name in args.configs:
        times = measure(name, args.steps)
        low, middle, high = np.quantile(times[:, 1] / times[:, 0],
                                        [0.25, 0.5, 0.75])
        host, fused = times.min(axis=0)
        print(f'{name}: host {np.median(times[:, 0]):.3f} s a step, with BAPG '
              f'{middle:.3f} times as long ({low:.3f} to {high:.3f}); fastest '
              f'steps {fused / host:.3f}')


if __name__ == '__main__':
    main()
