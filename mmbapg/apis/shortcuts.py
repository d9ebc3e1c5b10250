"""How far traces of how clips were made tell what kind of boundary they have.

Of boundary-sensitive pretraining: what a trace tells alone, a network need not
learn from what happens in the clip.
"""
from itertools import islice
from typing import Dict, Iterable, List, NamedTuple, Tuple

import torch
from mmaction.registry import DATASETS
from mmengine.config import Config
from mmengine.registry import init_default_scope
from torch import Tensor

from mmbapg.datasets import BoundaryClipDataset, BoundaryKindSampler
from mmbapg.datasets.boundaries.trimmed_clips import TrimmedClipError
from mmbapg.evaluation.shares import share_interval
from mmbapg.models.boundary.boundary_learner import stacked_clips
from mmbapg.ops.clip_shortcuts import shortcut_figures
from mmbapg.ops.perceptron import fit_perceptron

#: Name of all traces at once.
TOGETHER = 'all together'
#: Clips of frames that are in memory at once.
AT_ONCE = 64


class ShortcutProbe(NamedTuple):
    """How far a classifier gets that sees one trace only.

    Attributes:
        name: Of the trace.
        accuracy: Of the kinds of held-out clips, in [0, 1].
        interval: Of the accuracy, 95 %.
        of_kind: Kind -> share of its clips that are recognized.
        clips: Held-out ones.
    """
    name: str
    accuracy: float
    interval: Tuple[float, float]
    of_kind: Dict[str, float]
    clips: int


def shortcut_probes(cfg: Config, num_clips: int = 2048,
                    seed: int = 0) -> List[ShortcutProbe]:
    """A probe for each trace, and one for all of them.

    Clips are as the network gets them, augmented in training. A perceptron is
    fitted to figures of training clips, and judged on others.

    Args:
        cfg: Of pretraining, with ``train_dataloader`` and
            ``test_dataloader`` on :class:`BoundaryClipDataset`.
        num_clips: To fit to; as many are judged at most, of the test data.
        seed: Of everything random.

    Raises:
        TrimmedClipError: If the config has other data, or none to test on.
        VideoError, FeatureFileError: If clips are unreadable.
    """
    init_default_scope(cfg.get('default_scope', 'mmaction'))
    train, test = (_dataset(cfg, name) for name in (
        'train_dataloader', 'test_dataloader'))
    if test.kinds != train.kinds:
        raise TrimmedClipError(
            f'test_dataloader.dataset.kinds: found {", ".join(test.kinds)}, '
            f'expected {", ".join(train.kinds)} as in train_dataloader')
    for data in (train, test):
        data.set_epoch(seed, 0)
    drawn = BoundaryKindSampler(train, min_samples=num_clips, seed=seed)
    known, labels = _figures(train, islice(drawn, num_clips))
    held_out = torch.randperm(
        len(test), generator=torch.Generator().manual_seed(seed))
    seen, truth = _figures(test, held_out[:num_clips].tolist())
    found = []
    for name in known:
        fitted = fit_perceptron(known[name], labels, len(train.kinds),
                                seed=seed)
        found.append(_judged(name, fitted.classes(seen[name]), truth,
                             train.kinds))
    return found


def _dataset(cfg: Config, name: str) -> BoundaryClipDataset:
    """Of one of the loaders."""
    config = (cfg.get(name) or {}).get('dataset', {})
    if config.get('type') not in ('BoundaryClipDataset',
                                  'mmaction.BoundaryClipDataset'):
        raise TrimmedClipError(
            f'{cfg.filename or "config"}: {name}.dataset: found '
            f'{config.get("type")}, expected BoundaryClipDataset, of '
            'boundary-sensitive pretraining')
    return DATASETS.build(config)


def _figures(data: BoundaryClipDataset, samples: Iterable[int]
             ) -> Tuple[Dict[str, Tensor], Tensor]:
    """Of each trace ``(n, C)``, and the kinds ``(n,)``."""
    rows: List[Dict[str, Tensor]] = []
    labels: List[int] = []
    drawn = iter(samples)
    while part := [data[index] for index in islice(drawn, AT_ONCE)]:
        rows.append(shortcut_figures(stacked_clips(
            [sample['inputs'] for sample in part])))
        labels += [sample['data_samples'].label for sample in part]
    found = {name: torch.cat([row[name] for row in rows])
             for name in rows[0]}
    found[TOGETHER] = torch.cat(list(found.values()), dim=1)
    return found, torch.tensor(labels)


def _judged(name: str, found: Tensor, truth: Tensor,
            kinds: Tuple[str, ...]) -> ShortcutProbe:
    right = found == truth
    number, hits = len(right), int(right.sum())
    return ShortcutProbe(
        name, hits / number, share_interval(hits, number),
        {kind: float(right[truth == place].float().mean())
         for place, kind in enumerate(kinds)}, number)
