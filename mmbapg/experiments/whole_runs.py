"""Training a localizer and testing what came out, of any config of one."""
import copy
import time
from pathlib import Path
from typing import Dict, NamedTuple, Optional

from mmaction.registry import DATASETS
from mmengine.config import Config

from mmbapg.datasets.annotated_videos import AnnotatedVideos
from mmbapg.engine.runner.progress_runs import close, run
from mmbapg.errors import UserError
from mmbapg.models.localizers.contract import type_name


class UnfitConfigError(UserError, ValueError):
    """A config does not serve; the message says why."""


class Outcome(NamedTuple):
    """Of a run.

    Attributes:
        metrics: What the test gave.
        minutes: That training took; ``None`` if an earlier call did a part.
    """
    metrics: Dict[str, float]
    minutes: Optional[float]


def train_and_test(cfg: Config, folder: Path, title: str,
                   seed: int) -> Outcome:
    """Train, or go on from the last checkpoint in the folder; then test.

    Args:
        cfg: Of any stage with a training and a test.
        folder: For checkpoints and logs.
        title: Of progress bars.
        seed: Of everything random.
    """
    minutes = trained(cfg, folder, title, seed)
    runner = run(cfg, folder, f'{title}, test', final_checkpoint(
        cfg, folder), seed)
    metrics = runner.test()
    close(runner)
    return Outcome(metrics, minutes)


def trained(cfg: Config, folder: Path, title: str,
            seed: int) -> Optional[float]:
    """Minutes of a training; see :func:`train_and_test` and
    :class:`Outcome`."""
    resumed = copy.deepcopy(cfg)
    resumed.resume = (folder / 'last_checkpoint').is_file()
    begin = time.perf_counter()
    runner = run(resumed, folder, title, seed=seed)
    runner.train()
    close(runner)
    return None if resumed.resume else (time.perf_counter() - begin) / 60


def without_validation(cfg: Config) -> Config:
    """Changed in place; no epoch is the best, so that the last is tested."""
    cfg.val_dataloader = cfg.val_cfg = cfg.val_evaluator = None
    cfg.default_hooks.checkpoint.pop('save_best', None)
    return cfg


def localization_metric(cfg: Config) -> dict:
    """The settings of mAP among those of a test.

    Raises:
        UnfitConfigError: If there is none.
    """
    evaluator = cfg.test_evaluator
    metrics = evaluator if isinstance(evaluator, (list, tuple)) else [
        evaluator]
    for metric in metrics:
        if type_name(metric['type']) == 'TemporalLocalizationMetric':
            return metric
    raise UnfitConfigError(
        f'{cfg.filename}: field test_evaluator: found no '
        'TemporalLocalizationMetric, expected it for mAP and detections')


def annotated_videos(settings: dict) -> AnnotatedVideos:
    """The dataset of a loader, of which only annotations are wanted.

    Raises:
        UnfitConfigError: If it is none of this package.
    """
    dataset = DATASETS.build(dict(settings, pipeline=[], lazy_init=True))
    if not isinstance(dataset, AnnotatedVideos):
        raise UnfitConfigError(
            f'found a dataset of type {type(dataset).__name__}, expected one '
            'of mmbapg, such as TemporalLocalizationDataset, whose '
            'annotations tell all boundaries of a video')
    return dataset


def final_checkpoint(cfg: Config, folder: Path) -> Path:
    """What is tested: the best epoch if the config keeps it, else the last."""
    if cfg.default_hooks.checkpoint.get('save_best'):
        best = sorted(folder.glob('best_*.pth'),
                      key=lambda path: path.stat().st_mtime)
        if best:
            return best[-1]
    return folder / f'epoch_{cfg.train_cfg.max_epochs}.pth'
