"""Settings of a config that change nothing.

``_base_.max_seq_len`` is read where it stands: in a base. A config that
inherits this base and says ``max_seq_len = 512``, or a command line that says
it, changes the name, and nothing that was made of it.
"""
import re
from pathlib import Path
from typing import Any, Callable, Dict, Iterable, Iterator, List, Mapping

from mmengine.config import Config

from mmbapg.errors import SettingError

from .datasets import datasets_of

#: Where what a name in a base tells ends up -> values there.
Places = Mapping[str, Callable[[Config], Iterator[Any]]]


def refuse_stale_settings(cfg: Config) -> None:
    """Refuse a setting that was changed where it is read no more.

    Args:
        cfg: As read from a file; others have nothing to compare with.

    Raises:
        SettingError: If something still has a value of a base.
    """
    if not Path(cfg.filename or '').is_file():
        return
    told = {name: cfg[name] for name in PLACES if name in cfg}
    if not told:
        return
    chain = [Config.fromfile(path) for path in _files_of(cfg.filename)
             if _tells(path, told)]
    for name, value in told.items():
        others = [each[name] for each in chain
                  if name in each and each[name] != value]
        stale = [found for found in PLACES[name](cfg)
                 if found != value and found in others]
        if stale:
            raise SettingError(
                f'{cfg.filename}: found {name} = {value!r}, which changes '
                f'nothing: {stale[0]!r} of a base is in use, expected the '
                'change in the file that tells it first (a copy of the '
                'template), or where it is used')


def _tells(path: str, names: Iterable[str]) -> bool:
    """Whether a file itself gives one of these names a value."""
    return re.search(rf'^({"|".join(names)})\s*=', Path(path).read_text(
        'utf-8'), re.MULTILINE) is not None


def _files_of(path: str) -> List[str]:
    """A config's file and all of its bases; those that cannot be told, as of
    Python's own imports, are left out."""
    found: Dict[str, None] = {}

    def add(file: str) -> None:
        if file in found:
            return
        found[file] = None
        for base in Config._get_base_files(file):
            add(str(Config._get_cfg_path(base, file)[0]))

    if not Config._is_lazy_import(path):
        add(str(path))
    return list(found)


def _datasets(cfg: Config, *loaders: str) -> Iterator[Any]:
    for loader in loaders or ('train_dataloader', 'val_dataloader'):
        if cfg.get(loader):
            yield from datasets_of(cfg[loader].dataset)


def _of_datasets(field: str, *loaders: str
                 ) -> Callable[[Config], Iterator[Any]]:
    return lambda cfg: (each[field] for each in _datasets(cfg, *loaders)
                        if field in each)


def _grids(cfg: Config) -> Iterator[Any]:
    for each in _datasets(cfg):
        for step in each.get('pipeline', ()):
            if step.get('type') == 'LoadFeatures':
                yield {key: step[key] for key in (
                    'stride', 'window', 'fps') if key in step}


def _of_model(field: str) -> Callable[[Config], Iterator[Any]]:
    return lambda cfg: (cfg.model[field] for _ in [0]
                        if field in cfg.get('model', {}))


def _classes(cfg: Config) -> Iterator[Any]:
    head = cfg.get('model', {}).get('head', {})
    if 'num_classes' in head:
        yield head.num_classes


#: Names of templates, in ``configs/_base_/datasets/custom.py`` and those of
#: encoders.
PLACES: Places = dict(
    ann_file=_of_datasets('ann_file'),
    feature_folder=lambda cfg: (
        each.data_prefix.feature for each in _datasets(cfg)
        if 'feature' in each.get('data_prefix', {})),
    filename_tmpl=_of_datasets('filename_tmpl'),
    train_subset=_of_datasets('subset', 'train_dataloader'),
    val_subset=_of_datasets('subset', 'val_dataloader'),
    num_classes=_classes,
    feature_grid=_grids,
    max_seq_len=_of_model('max_seq_len'),
    interval=_of_datasets('interval', 'train_dataloader'))
