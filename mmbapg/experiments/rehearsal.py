"""Does a config run, and does it learn? Without the benchmark's features.

For each config: features in which the classes can be told apart, and
embeddings that turn at the boundaries, are generated for a few videos of the
benchmark. Then

1. the config trains on them for one epoch as it stands, with its workers,
   schedule, averaging, validation and checkpoint, and the checkpoint is
   loaded and tested: what would stop a long training;
2. it trains for some iterations at a learning rate that rises fast, and is
   tested: whether it learns.

What this cannot see is whatever lies in the real features and embeddings;
``tools/check_dataset.py`` looks at those.
"""
import copy
import gc
import json
import math
import traceback
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Dict, List, Optional, Sequence

import numpy as np
from mmengine.config import Config
from mmengine.registry import init_default_scope
from mmengine.runner import find_latest_checkpoint
from rich.console import Console
from rich.table import Table

from mmbapg.config.places import find_config, relocated
from mmbapg.engine.runner.progress_runs import close, run
from mmbapg.files import replace_file

from .loss_probe_hook import LossProbeHook
from .one_epoch_hook import OneEpochHook
from .rehearsal_data import BENCHMARKS, write_data

#: Official schedules take thousands of iterations to rise to more.
LEARNING_RATE = 2e-4
WARM_UP = 5  # iterations
#: Fields that hold the number of steps that a network trains on.
LENGTH_FIELDS = ('max_seq_len', 'max_length', 'length')


@dataclass
class Rehearsed:
    """What became of a config.

    Attributes:
        config: Its name.
        annotations: ``real`` or ``generated``.
        parameters: Of the model.
        seconds: Of a training iteration, on average.
        loss_before, loss_after: Of the first batch, without dropout; every
            running normalizer is as it was at the start.
        losses: As training logged them, one for each iteration.
        mAP: Of the test videos.
        error: What went wrong; empty if nothing.
    """
    config: str
    annotations: str = ''
    parameters: int = 0
    seconds: float = math.nan
    loss_before: float = math.nan
    loss_after: float = math.nan
    losses: Sequence[float] = ()
    mAP: float = math.nan
    error: str = ''

    @property
    def verdict(self) -> str:
        """``ok``, or why not."""
        if self.error:
            return self.error
        if not self.loss_after < self.loss_before:
            return 'loss does not fall'
        return 'ok' if math.isfinite(self.mAP) else 'no mAP'


@dataclass
class Rehearsal:
    """Rehearses configs in a folder.

    Attributes:
        work_dir: For generated files and logs.
        annotations: See :func:`mmbapg.experiments.rehearsal_data.write_data`.
        videos: To train on and to test on, at least a batch to train on.
        iterations: Of training.
        max_seq_len: Most steps to train on; ``None`` leaves them as in the
            configs.
        batch_size: Largest batch, the same.
        seed: Of everything random.
    """
    work_dir: Path
    annotations: Path = Path('data')
    videos: int = 4
    iterations: int = 20
    max_seq_len: Optional[int] = None
    batch_size: Optional[int] = None
    seed: int = 0

    def __call__(self, path: Path) -> Rehearsed:
        """Rehearse one config; whatever goes wrong is in the result."""
        result = Rehearsed(Path(path).stem)
        try:
            cfg = self.placed(Config.fromfile(path))
            result.annotations = write_data(
                cfg, self.work_dir / 'data', self.annotations, self.videos)
            self._run_one_epoch(copy.deepcopy(cfg), result.config)
            self._learn(short_schedule(cfg, self.iterations), result)
        except Exception as error:
            result.error = f'{type(error).__name__}: {error}'
            log = self.work_dir / result.config / 'error.txt'
            content = traceback.format_exc().encode()
            replace_file(log, lambda file: file.write(content))
        gc.collect()
        return result

    def placed(self, cfg: Config) -> Config:
        """The config with files in ``work_dir``, and sequences and batches as
        large as asked for."""
        places = {'data/': f'{self.work_dir}/data/'}
        cfg = Config(relocated(cfg._cfg_dict, places), filename=cfg.filename)
        if self.max_seq_len:
            shorten(cfg, self.max_seq_len)
        loader = cfg.train_dataloader
        loader.batch_size = min(loader.batch_size,
                                self.batch_size or loader.batch_size)
        return cfg

    def _run_one_epoch(self, cfg: Config, name: str) -> None:
        """Train, validate and save as the config says, then load and test."""
        cfg.val_dataloader = copy.deepcopy(cfg.test_dataloader)
        cfg.train_cfg.update(val_begin=1, val_interval=1)
        cfg.default_hooks.checkpoint.interval = 1
        folder = self.work_dir / name / 'one_epoch'
        runner = run(cfg, folder, f'{name}, one epoch', seed=self.seed)
        runner.register_hook(OneEpochHook())
        try:
            runner.train()
        finally:
            close(runner)
        runner = run(cfg, folder, 'Testing', find_latest_checkpoint(folder))
        try:
            runner.test()
        finally:
            close(runner)

    def _learn(self, cfg: Config, result: Rehearsed) -> None:
        """Losses, and mAP after them."""
        runner = run(cfg, self.work_dir / result.config, result.config,
                     seed=self.seed)
        probe = LossProbeHook()
        runner.register_hook(probe)
        try:
            result.parameters = sum(
                parameter.numel() for parameter in runner.model.parameters())
            runner.train()
            result.loss_before, result.loss_after = probe.before, probe.after
            result.losses = _history(runner, 'train/loss')
            result.seconds = float(np.mean(_history(runner, 'train/time')))
            result.mAP = _mean_precision(runner.test())
        finally:
            close(runner)


def short_schedule(cfg: Config, iterations: int) -> Config:
    """A config, changed in place, that trains for a few iterations alone.

    Learning rates rise in the first of them, to at most :data:`LEARNING_RATE`,
    and then stay. There is neither validation nor a checkpoint.
    """
    for name in ('train_dataloader', 'test_dataloader'):
        cfg[name].update(num_workers=0, persistent_workers=False)
    cfg.val_dataloader = cfg.val_cfg = cfg.val_evaluator = None
    # MMEngine pauses for seconds between epochs of this loop: let it be one
    cfg.train_dataloader.sampler = dict(
        type='SmallSetSampler',
        min_samples=iterations * cfg.train_dataloader.batch_size)
    cfg.train_cfg = dict(type='IterBasedTrainLoop', max_iters=iterations)
    optimizer = cfg.optim_wrapper.optimizer
    optimizer.lr = min(optimizer.lr, LEARNING_RATE)
    cfg.param_scheduler = [
        dict(type='LinearLR', start_factor=0.1, by_epoch=False,
             end=min(WARM_UP, iterations))
    ]
    cfg.log_processor.by_epoch = False
    cfg.default_hooks.checkpoint = None
    return cfg


#: Folders of bases, of encoders, and of what reads videos.
OTHERS = ('_base_', 'adatad', 'afsd', 'bsp', 'end_to_end', 'features',
          'similarity')


def benchmark_configs() -> List[Path]:
    """All configs of localizers on features of benchmarks, by name."""
    root = find_config('_base_/default_runtime.py').parents[1]
    return [path for path in sorted(root.rglob('*.py'))
            if path.parent.parent == root and path.parent.name not in OTHERS
            and any(name in path.stem for name in BENCHMARKS)]


def rehearse(paths: Sequence[Path], rehearsal: Rehearsal) -> List[Rehearsed]:
    """Rehearse configs one after the other, and print a table.

    Every row is also written to ``rehearsal.json`` in the work directory.
    """
    console = Console(width=150)
    init_default_scope('mmaction')
    results = []
    for path in paths:
        results.append(rehearsal(path))
        console.print(f'{results[-1].config}: {results[-1].verdict}',
                      highlight=False)
        _write(rehearsal.work_dir / 'rehearsal.json', results)
    console.print(rehearsal_table(results))
    return results


def _write(path: Path, results: Sequence[Rehearsed]) -> None:
    content = json.dumps([asdict(each) for each in results], indent=1).encode()
    replace_file(path, lambda file: file.write(content))


def rehearsal_table(results: Sequence[Rehearsed]) -> Table:
    """What became of each config."""
    table = Table(title='Rehearsal: generated features; loss of one batch '
                  'before and after training')
    table.add_column('config', no_wrap=True)
    table.add_column('annotations')
    for name in ('parameters', 's/iteration', 'before', 'after', 'mAP (%)'):
        table.add_column(name, justify='right')
    table.add_column('', overflow='fold')
    for each in results:
        style = None if each.verdict == 'ok' else 'red'
        table.add_row(each.config, each.annotations, f'{each.parameters:,}',
                      f'{each.seconds:.2f}', f'{each.loss_before:.3f}',
                      f'{each.loss_after:.3f}', f'{100 * each.mAP:.1f}',
                      each.verdict, style=style)
    return table


def shorten(cfg: Config, length: int) -> None:
    """Let a localizer train on sequences of at most so many steps.

    Args:
        cfg: Its config; changed in place.
        length: In feature steps.
    """
    given = cfg.model.get('max_seq_len')
    if given is not None and length < given:
        _replace_length(cfg._cfg_dict, given, length)


def _replace_length(node, old: int, new: int) -> None:
    """Replace a length wherever a config names one."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key in LENGTH_FIELDS and value == old:
                node[key] = new
            else:
                _replace_length(value, old, new)
    elif isinstance(node, (list, tuple)):
        for each in node:
            _replace_length(each, old, new)


def _history(runner, name: str) -> List[float]:
    return runner.message_hub.get_scalar(name).data[0].tolist()


def _mean_precision(metrics: Dict[str, float]) -> float:
    return next((value for name, value in metrics.items()
                 if name.split('/')[-1] == 'mAP'), math.nan)
