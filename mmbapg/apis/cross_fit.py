"""Embeddings of training videos by encoders that have not seen them."""
import copy
from pathlib import Path
from typing import Callable, List

from mmaction.registry import DATASETS
from mmengine.config import Config

#: ``train(cfg, name) -> checkpoint`` and ``embed(cfg, checkpoint, name)``.
Train = Callable[[Config, str], Path]
Embed = Callable[[Config, Path, str], object]


def cross_fit(cfg: Config, parts: int, train: Train, embed: Embed) -> Path:
    """Stages 1 and 2, cross-fitted.

    An encoder cuts the videos that trained it far better than others, so a
    localizer that trains on the same videos would learn to trust proposals
    that it will not get later. Here every training video is embedded by an
    encoder that was trained on the other parts, and all remaining videos by
    one that was trained on all training videos.

    The spaces of different encoders have nothing to do with each other. That
    does no harm: proposals come from similarities within one video.

    Args:
        cfg: Of a similarity encoder; ``train_dataloader`` names the training
            videos, ``test_dataloader`` those to embed.
        parts: ``k``, at least 2 and at most the number of training videos.
        train: Trains with a config.
        embed: Embeds with a config and a checkpoint.

    Returns:
        The checkpoint that was trained on all training videos.

    Raises:
        ValueError: If there are too few training videos.
    """
    names = _videos(cfg.train_dataloader.dataset)
    if not 2 <= parts <= len(names):
        raise ValueError(f'cross-fitting in {parts} parts: found {len(names)} '
                         'training videos, expected at least one for each of '
                         'at least 2 parts')
    for part in range(parts):
        unseen = names[part::parts]
        seen = [name for name in names if name not in unseen]
        part_cfg = _on_videos(cfg, seen, unseen)
        name = f'part{part}'
        embed(part_cfg, train(part_cfg, name), name)
    checkpoint = train(cfg, 'all')
    others = [name for name in _videos(cfg.test_dataloader.dataset)
              if name not in names]
    if others:
        embed(_on_videos(cfg, names, others), checkpoint, 'others')
    return checkpoint


def _videos(dataset: dict) -> List[str]:
    """Names of the videos of a dataset."""
    built = DATASETS.build(dict(dataset, test_mode=True, pipeline=[]))
    built.full_init()
    return [video.name for video in built.videos]


def _on_videos(cfg: Config, seen: List[str], unseen: List[str]) -> Config:
    cfg = copy.deepcopy(cfg)
    for dataset, names in ((cfg.train_dataloader.dataset, seen),
                           (cfg.test_dataloader.dataset, unseen)):
        dataset.where = dict(dataset.get('where') or {}, video=names)
    return cfg
