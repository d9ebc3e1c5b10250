"""Where configs are, and where what they name is."""
from pathlib import Path
from typing import Mapping


def find_config(name: str) -> Path:
    """A config of ours, in a checkout or in the installed package.

    Raises:
        FileNotFoundError: If it is in neither.
    """
    package = Path(__file__).parents[1]
    places = [package.parent / 'configs', package / '.mim' / 'configs']
    for folder in places:
        if (folder / name).is_file():
            return folder / name
    raise FileNotFoundError(
        f'{name} is in none of {", ".join(map(str, places))}')


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
