"""What proposals cost in the data pipeline: an epoch without and with them.

    python benchmarks/data_pipeline.py [--videos 12]

ActionFormer on generated videos in THUMOS14's format. An epoch loads every
video once, in this process, and does its training steps. The first epoch with
BAPG also clusters, with the paper's embeddings (2048 channels, 0.1 s); later
ones of the same run find proposals in memory, those of another run on disk.
Steps are the host's own in all epochs: what the neck adds to them is in
``fusion_neck.py``.
"""
import argparse
import statistics
import tempfile
import time
from pathlib import Path

import numpy as np
import torch
from fusion_neck import batch_of, step
from mmaction.registry import DATASETS, MODELS
from mmengine.config import Config
from mmengine.registry import init_default_scope

from mmbapg.config.places import find_config, relocated
from mmbapg.datasets.annotations import load_annotations
from mmbapg.datasets.embedding_files import (
    Embeddings,
    Provenance,
    write_embeddings,
)
from mmbapg.engine import add_bapg
from mmbapg.experiments.rehearsal_data import write_data
from mmbapg.video_names import file_of

CONFIG = 'actionformer/actionformer_bapg-0.1s_1xb2-35e_thumos14-i3d.py'
INTERVAL, CHANNELS = 0.1, 2048
SCENES = 15


def write_wide_embeddings(folder: Path, video: str, duration: float) -> None:
    """Scenes with noise, as wide and as dense as the paper's."""
    generator = np.random.default_rng(0)
    frames = round(duration / INTERVAL)
    scenes = generator.standard_normal((SCENES, CHANNELS), np.float32)
    content = (scenes[np.arange(frames) * SCENES // frames] +
               generator.standard_normal((frames, CHANNELS), np.float32))
    write_embeddings(str(file_of(folder, video, '{}.npz')), Embeddings(
        content, (np.arange(frames) + 0.5) * INTERVAL,
        Provenance(INTERVAL, 'benchmark', 'none')))


def load_all(dataset) -> float:
    start = time.perf_counter()
    for index in range(len(dataset)):
        dataset[index]
    return time.perf_counter() - start


def seconds_of_a_step(cfg: Config, repeats: int = 5) -> float:
    model = MODELS.build(cfg.model).train()
    optimizer = torch.optim.AdamW(model.parameters())
    batch = batch_of(cfg, 'cpu')
    return statistics.median([step(model, optimizer, batch, time.perf_counter)
                              for _ in range(repeats + 1)][1:])


def measure(videos: int = 12, repeats: int = 3) -> dict:
    """Seconds of an epoch of the ``host``, of the ``first`` with BAPG, and
    with proposals on ``disk`` and in ``memory``; ``steps`` among them."""
    init_default_scope('mmaction')
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        cfg = Config.fromfile(find_config(CONFIG))
        cfg = Config(relocated(cfg._cfg_dict, {'data/': f'{root}/data/'}),
                     filename=cfg.filename)
        write_data(cfg, root / 'data', root, videos)
        host = cfg.train_dataloader.dataset
        for video in load_annotations(host.ann_file).values():
            write_wide_embeddings(Path(cfg.bapg.clustering.embeddings),
                                  video.name, video.duration)
        batch = cfg.train_dataloader.batch_size
        steps = seconds_of_a_step(cfg) * videos / batch
        with_bapg = add_bapg(cfg).train_dataloader.dataset
        alone, first = DATASETS.build(host), DATASETS.build(with_bapg)
        load_all(alone)  # files into the system's memory
        seconds = dict(first=load_all(first))
        later = DATASETS.build(with_bapg)
        seconds['disk'] = load_all(later)
        times = [(load_all(alone), load_all(later)) for _ in range(repeats)]
        seconds['host'], seconds['memory'] = np.median(times, axis=0).tolist()
        return dict({name: steps + loading
                     for name, loading in seconds.items()}, steps=steps)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--videos', type=int, default=12)
    times = measure(parser.parse_args().videos)
    print(f'an epoch of the host {times["host"]:.2f} s, '
          f'{times["steps"]:.2f} of them training steps')
    for name, title in (('first', 'first epoch with BAPG'),
                        ('disk', 'proposals on disk'),
                        ('memory', 'proposals in memory')):
        print(f'{title}: {times[name] / times["host"]:.3f} times as long')


if __name__ == '__main__':
    main()
