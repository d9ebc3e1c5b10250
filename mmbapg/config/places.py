"""Where configs are, and where what they name is."""
import re
import warnings
from difflib import get_close_matches
from pathlib import Path
from typing import Callable, List, Mapping, Union

from mmengine.config import Config

from mmbapg.errors import UserError

#: Beginning of the name of a config of this package.
SCOPE = 'mmbapg::'
#: Old names of configs, which trained localizers still name -> new ones.
MOVED = {
    f'similarity/extract_efficientnetlite0_fir-{kind}-0.25s.py':
    f'features/efficientnetlite0_1x1x1-4fps_fir-{kind}.py'
    for kind in ('rgb', 'grid')}


class ConfigNotFound(UserError, FileNotFoundError):
    """There is no such config, or no such base of it; the message says
    which, and what to write."""


def read_config(name: Union[str, Path]) -> Config:
    """A config by its path, or ``mmbapg::FOLDER/NAME.py``.

    Raises:
        ConfigNotFound: If it, or one of its bases, is not there.
    """
    path = config_path(name)
    try:
        return Config.fromfile(path)
    except FileNotFoundError as error:
        raise ConfigNotFound(
            f'{path}: {error.filename or error}: no such base; a copy outside '
            f'of configs/ names our bases as {SCOPE}_base_/... in the place '
            'of ../_base_/...') from None


def config_path(name: Union[str, Path]) -> str:
    """Where a config is, which is named as in :func:`read_config`, or as
    ``FOLDER/NAME.py`` of ours.

    Raises:
        ConfigNotFound: If it is not there.
    """
    if Path(name).is_file():
        return str(name)
    try:
        return str(find_config(str(name).removeprefix(SCOPE).removeprefix(
            'configs/')))
    except FileNotFoundError:
        pass
    folder = next((each for each in _folders() if each.is_dir()), Path())
    known = {path.name: path for path in sorted(folder.glob('[!_]*/*.py'))}
    near = get_close_matches(Path(name).name, known, 1, 0.5)
    raise ConfigNotFound(f'{name}: no such config' + (
        f'; the nearest of ours is {known[near[0]]}' if near else ''))


def _folders() -> List[Path]:
    """Of our configs, in a checkout and in the installed package."""
    package = Path(__file__).parents[1]
    return [package.parent / 'configs', package / '.mim' / 'configs']


def find_config(name: str) -> Path:
    """A config of ours, in a checkout or in the installed package.

    Raises:
        FileNotFoundError: If it is in neither.
    """
    places = _folders()
    for folder in places:
        if (folder / name).is_file():
            return folder / name
    if name in MOVED:
        warnings.warn(f'{name} is {MOVED[name]} now; the old name goes with '
                      'the next version', DeprecationWarning, stacklevel=2)
        return find_config(MOVED[name])
    raise FileNotFoundError(
        f'{name} is in none of {", ".join(map(str, places))}')


def localizer_names(pattern: str = '') -> List[str]:
    """Configs of localizers as ``mmbapg::FOLDER/NAME.py``.

    Args:
        pattern: Regular expression that ``FOLDER/NAME.py`` begins with.
    """
    folder = next((each for each in _folders() if each.is_dir()), None)
    names = [] if folder is None else sorted(
        path.relative_to(folder).as_posix()
        for path in folder.glob('[!_]*/*.py')
        if path.parent.name not in ('features', 'similarity'))
    return [f'{SCOPE}{name}' for name in names if re.match(pattern, name)]


def relocated(node, places: Mapping[str, str]):
    """A config in which paths begin differently.

    Args:
        node: Config, or any part of it.
        places: Beginning of a path -> what to write for it. The longest that
            fits counts.
    """
    def moved(text: str) -> str:
        for old in sorted(places, key=len, reverse=True):
            if text.startswith(old):
                return str(places[old]) + text[len(old):]
        return text

    return changed_texts(node, moved)


def changed_texts(node, change: Callable[[str], str]):
    """A config, or any part of it, in which each text is changed."""
    if isinstance(node, dict):
        return type(node)({key: changed_texts(value, change)
                           for key, value in node.items()})
    if isinstance(node, (list, tuple)):
        return type(node)([changed_texts(value, change) for value in node])
    return change(node) if isinstance(node, str) else node
