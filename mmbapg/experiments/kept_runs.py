"""Figures of finished runs, kept with what they were made with.

An interrupted job goes on where it stopped. What it finds finished must be
what it would make itself: figures of other settings or of other annotations
are refused, not reused.
"""
import json
from functools import lru_cache
from pathlib import Path
from typing import Any, Dict, Iterable, Mapping, Optional, Tuple

from mmengine.config import Config
from mmengine.logging import print_log

from mmbapg.config.places import find_config
from mmbapg.datasets.embedding_files import file_hash
from mmbapg.errors import UserError
from mmbapg.files import replace_file

#: Beside the figures; field of the settings, with dots -> value.
SETTINGS = 'made_with.json'
#: Fields of a config that shape results.
SHAPING = ('model', 'bapg', 'train_dataloader', 'test_dataloader', 'train_cfg',
           'optim_wrapper', 'param_scheduler', 'custom_hooks',
           'test_evaluator')


class KeptRunError(UserError, ValueError):
    """A finished run is of other settings; the message says which."""


def begin(path: Path, settings: Mapping[str, Any]) -> None:
    """Record the settings of a run that can be resumed.

    Args:
        path: File that will hold its figures.
        settings: What they are made with, nested as configs are.
    """
    text = json.dumps(flat(settings), indent=1, default=str).encode()
    replace_file(path.with_name(SETTINGS), lambda file: file.write(text))


def keep(path: Path, figures: Mapping[str, Any],
         settings: Mapping[str, Any]) -> dict:
    """Write the figures of a run that has finished.

    Args:
        path, settings: See :func:`begin`.
        figures: JSON, any.

    Returns:
        The figures as :func:`kept` reads them.
    """
    begin(path, settings)
    text = json.dumps(figures, indent=1).encode()
    replace_file(path, lambda file: file.write(text))
    return json.loads(text)


def kept(path: Path, settings: Mapping[str, Any]) -> Optional[dict]:
    """Figures of a run; ``None`` if it has not finished.

    Args:
        path, settings: See :func:`begin`. A setting ``annotations`` that is
            ``None`` is not compared: the file is not there any more.

    Raises:
        KeptRunError: If it was begun or finished with other settings.
    """
    record = path.with_name(SETTINGS)
    if record.is_file():
        _compare(path.parent, json.loads(record.read_text()),
                 json.loads(json.dumps(flat(settings), default=str)))
    elif path.is_file():
        print_log(f'{path}: kept, although nothing tells what it was made '
                  'with', 'current', 30)
    return json.loads(path.read_text()) if path.is_file() else None


def _compare(folder: Path, before: dict, now: dict) -> None:
    changed = [name for name in sorted({*before, *now})
               if before.get(name) != now.get(name) and
               not (name == 'annotations' and now.get(name) is None)]
    if changed:
        name = changed[0]
        more = f' and {len(changed) - 1} more' if changed[1:] else ''
        raise KeptRunError(
            f'{folder}: holds a run with {name} = {before.get(name)!r}, found '
            f'{now.get(name)!r} now{more}; give another folder for work, or '
            'remove this one to run it again')


def shaping(name: str) -> dict:
    """What shapes the results of a config, by its name."""
    path = find_config(name)
    return _shaping(str(path), path.stat().st_mtime_ns)


@lru_cache(None)
def _shaping(path: str, modified: int) -> dict:
    return shaping_fields(Config.fromfile(path))


def shaping_fields(cfg: Config) -> dict:
    """What shapes the results of a config."""
    return {key: cfg[key] for key in SHAPING if key in cfg}


def annotations_hash(path: Path) -> Optional[str]:
    """Of an annotation file's content; ``None`` if it is not there."""
    return file_hash(str(path)) if Path(path).is_file() else None


def flat(node: Any, name: str = '') -> Dict[str, Any]:
    """The leaves of nested settings by their names, joined by dots."""
    if isinstance(node, Mapping) and node:
        items: Iterable[Tuple[Any, Any]] = node.items()
    elif isinstance(node, (list, tuple)) and node:
        items = enumerate(node)
    else:
        return {name: node}
    return {leaf: value for key, child in items
            for leaf, value in flat(child, f'{name}.{key}'.lstrip('.')
                                    ).items()}
