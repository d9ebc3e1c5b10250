"""Where configs are, and where what they name is."""
import re
from pathlib import Path
from typing import List, Mapping


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
        if path.parent.name != 'similarity')
    return [f'mmbapg::{name}' for name in names if re.match(pattern, name)]


def relocated(node, places: Mapping[str, str]):
    """A config in which paths begin differently.

    Args:
        node: Config, or any part of it.
        places: Beginning of a path -> what to write for it. The longest that
            fits counts.
    """
    if isinstance(node, dict):
        return type(node)(
            {key: relocated(value, places) for key, value in node.items()})
    if isinstance(node, (list, tuple)):
        return type(node)([relocated(value, places) for value in node])
    if isinstance(node, str):
        for old in sorted(places, key=len, reverse=True):
            if node.startswith(old):
                return str(places[old]) + node[len(old):]
    return node
