"""Reading the table of settings, tools/dev/settings, where each file tells
what its lines hold."""
import dataclasses
from dataclasses import dataclass, field
from pathlib import Path
from typing import Dict, List, Tuple, Type, TypeVar

from mmengine.config import Config

from mmbapg.errors import UserError

#: Whose the numbers of a host on a dataset are where nobody published them.
OURS = 'our choice of numbers'


class TableError(UserError, ValueError):
    """The table asks for what cannot be; the message says what."""


@dataclass
class Dataset:
    """A line of ``datasets``; datasets.py tells the fields."""
    key: str
    title: str
    embeddings: str
    name: str = ''
    data: str = ''
    interval: float = 1.0
    encoder: str = ''
    classes: int = 0
    paper: str = ''
    small: bool = False
    on_request: bool = False
    train: dict = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.name = self.name or self.key.replace('_', '-')
        self.data = self.data or self.name.replace('-', '_')
        self.encoder = (
            f'similarity_dilated_1xb8-20e_{self.encoder or self.name}')


@dataclass
class Host:
    """A line of ``hosts``; hosts.py tells the fields."""
    key: str
    title: str
    on: List[str] = field(default_factory=list)
    reads: str = ''
    source: str = OURS
    paper: bool = False
    schedule: str = 'adamw_warmup_cosine'
    small_schedule: str = 'adamw_warmup_cosine_20e'
    windows: bool = False
    settings: Dict[str, dict] = field(default_factory=dict)


Line = TypeVar('Line', Dataset, Host)


def read_table(folder: Path) -> Tuple[List[Host], Dict[str, Dataset]]:
    """Hosts and datasets.

    Args:
        folder: The table: ``hosts.py`` and ``datasets.py``, configs of
            MMEngine which define ``hosts`` and ``datasets``.

    Raises:
        TableError: If a line has an unknown field, or a host names a dataset
            that has no line.
    """
    hosts = _lines(Host, folder, 'hosts')
    datasets = {each.key: each for each in _lines(Dataset, folder, 'datasets')}
    for host in hosts:
        host.on = host.on or [each.key for each in datasets.values()
                              if not each.on_request]
        unknown = ({*host.on} - {*datasets}) | ({*host.settings} - {*host.on})
        if unknown:
            raise TableError(
                f'{folder / "hosts.py"}: {host.key}: found {sorted(unknown)} '
                'in on or settings, expected a line in datasets.py, and '
                'settings only of datasets in on')
    return hosts, datasets


def _lines(kind: Type[Line], folder: Path, part: str) -> List[Line]:
    """Those of a file of the table."""
    path = (folder / part).with_suffix('.py')
    known = [each.name for each in dataclasses.fields(kind)]
    lines = Config.fromfile(path)[part].to_dict()
    for key, fields in lines.items():
        unknown = set(fields) - set(known)
        if unknown:
            raise TableError(
                f'{path}: {key}: found {sorted(unknown)}, expected only '
                f'{sorted(known)}')
    return [kind(key=key, **fields) for key, fields in lines.items()]
