"""What the data cost in a training step of stage 1, on stored features.

    python benchmarks/contrastive_steps.py [--steps 100] [--data FOLDER]

Made-up data of the size of a real set of five-minute sessions: 59 videos of
205 s at 15 Hz, 54 channels and 37 instances each. With ``--data``, another set
with a folder ``features`` and ``annotations.json``, read at 15 Hz. The encoder
and its batches of 224 frames are those of the template for one's own features.
The peer loads the same batches as mmbapg 0.1.0 did: frame by frame,
each walking through the pools of its video.
"""
import argparse
import json
import tempfile
import time
from pathlib import Path
from typing import Optional

import numpy as np
import torch
from mmaction.registry import DATASETS, MODELS
from mmengine.config import Config
from mmengine.optim import build_optim_wrapper
from mmengine.registry import init_default_scope
from mmengine.runner import Runner

from mmbapg.config.places import find_config
from mmbapg.datasets import UntrimmedFrameDataset

CONFIG = 'similarity/similarity_temporal_1xb224-40e_vts-kinematics.py'
VIDEOS, SECONDS, FPS, INSTANCES = 59, 205, 15, 37
CHANNELS = 54


@DATASETS.register_module()
class FrameByFrame(UntrimmedFrameDataset):
    """Every frame is a sample of its own, as it was."""

    def __getitems__(self, indices) -> list:
        return [self[index] for index in indices]

    def get_data_info(self, idx: int) -> dict:
        info = super().get_data_info(idx)
        video = int(np.searchsorted(self._first_sample, idx, 'right')) - 1
        pools = [(index, pool) for index, pool in enumerate(self.pools)
                 if pool.video == video or pool.reaches_beyond_video]
        info['instances'] = [
            index for index, pool in pools if _holds(pool.positives, idx)]
        info['negative_of'] = [
            index for index, pool in pools
            if _holds(pool.former, idx) or _holds(pool.latter, idx)]
        return info


def _holds(frames: np.ndarray, frame: int) -> bool:
    place = np.searchsorted(frames, frame)
    return bool(place < len(frames) and frames[place] == frame)


def write_set(folder: Path) -> None:
    """Noise, cut into instances with pauses between them."""
    generator = np.random.default_rng(0)
    (folder / 'features').mkdir()
    database = {}
    for number in range(VIDEOS):
        name = f'video{number}'
        np.save(folder / 'features' / f'{name}.npy', generator.standard_normal(
            (SECONDS * FPS, CHANNELS), np.float32))
        times = np.sort(generator.uniform(0, SECONDS, 2 * INSTANCES))
        database[name] = dict(duration=SECONDS, fps=FPS, annotations=[
            dict(label='a', segment=segment)
            for segment in times.reshape(-1, 2).tolist()])
    (folder / 'annotations.json').write_text(
        json.dumps(dict(database=database)))


def config_of(folder: Path) -> Config:
    """The template, on a set at 15 Hz."""
    cfg = Config.fromfile(find_config(CONFIG))
    width = np.load(next((folder / 'features').glob('*.npy')),
                    mmap_mode='r').shape[1]
    cfg.model.backbone.in_channels = width
    data = cfg.train_dataloader.dataset
    data.update(ann_file=str(folder / 'annotations.json'), where=None,
                data_prefix=dict(feature=str(folder / 'features')),
                interval=0.25)
    data.pipeline[0].update(stride=1, window=1, channels=width)
    return cfg


def frames_of(batch: dict) -> torch.Tensor:
    return torch.stack(batch['inputs']).flatten(0, -3)


def steps_of(cfg: Config, number: int) -> dict:
    """Milliseconds of a step in its middle and of the ``data`` in it, and the
    first batch; videos lie in memory."""
    loader = Runner.build_dataloader(cfg.train_dataloader, seed=0)
    model = MODELS.build(cfg.model).train()
    optimizer = build_optim_wrapper(model, cfg.optim_wrapper)
    first, *_ = loader  # files into memory
    times = []
    while len(times) < number:
        batches = iter(loader)
        for _ in range(len(loader)):
            start = time.perf_counter()
            batch = next(batches)
            loaded = time.perf_counter()
            model.train_step(batch, optimizer)
            times.append((time.perf_counter() - start, loaded - start))
    step, data = 1000 * np.median(times[:number], axis=0)
    return dict(step=step, data=data, first=frames_of(first))


def measure(number: int = 100, folder: Optional[Path] = None) -> dict:
    """What :func:`steps_of` says of ours and of the peer, ``before``."""
    init_default_scope('mmaction')
    with tempfile.TemporaryDirectory() as made_up:
        if folder is None:
            folder = Path(made_up)
            write_set(folder)
        cfg = config_of(folder)
        ours = steps_of(cfg, number)
        cfg.train_dataloader.dataset.type = 'FrameByFrame'
        before = steps_of(cfg, number)
    if not torch.equal(ours.pop('first'), before.pop('first')):
        raise SystemExit('error: batches differ from those loaded frame by '
                         'frame')
    return dict(ours=ours, before=before)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--steps', type=int, default=100)
    parser.add_argument('--data', type=Path)
    args = parser.parse_args()
    for name, times in measure(args.steps, args.data).items():
        print(f'{name}: {times["step"]:.2f} ms a step, {times["data"]:.2f} of '
              f'them data, {224 / times["data"]:.0f} thousand samples/s')


if __name__ == '__main__':
    main()
