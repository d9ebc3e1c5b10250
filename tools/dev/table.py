"""Reading the table of settings, settings.py, which tells what lines hold."""
from dataclasses import dataclass, field
from pathlib import Path
from typing import Dict, List, Optional, Sequence, Tuple

from mmengine.config import Config

TABLE = Path(__file__).with_name('settings.py')


class TableError(ValueError):
    """The table asks for what cannot be; the message says what."""


@dataclass
class Dataset:
    """A line of ``datasets``; settings.py tells the fields."""
    key: str
    title: str
    embeddings: str
    name: str = ''
    data: str = ''
    interval: float = 1.0
    encoder: str = ''
    paper: str = ''
    small: bool = False
    on_request: bool = False
    train: dict = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.name = self.name or self.key.replace('_', '-')
        self.data = self.data or self.name.replace('-', '_')
        self.makes_encoder = not self.encoder
        self.encoder = self.encoder or (
            f'similarity_temporal_1xb224-80e_{self.name}')


@dataclass
class Host:
    """A line of ``hosts``; settings.py tells the fields."""
    key: str
    title: str
    on: Optional[Sequence[str]] = None
    reads: str = ''
    source: str = 'our choice of numbers'
    paper: bool = False
    schedule: str = 'adamw_warmup_cosine'
    small_schedule: str = 'adamw_warmup_cosine_20e'
    windows: bool = False
    settings: Dict[str, dict] = field(default_factory=dict)


def read_table(path: Path = TABLE) -> Tuple[List[Host], Dict[str, Dataset]]:
    """Hosts and datasets.

    Raises:
        TableError: If a line has an unknown field, or a host names a dataset
            that has no line.
    """
    table = Config.fromfile(path).to_dict()
    lines = {}
    for part, kind in (('datasets', Dataset), ('hosts', Host)):
        for key, line in table[part].items():
            unknown = set(line) - set(kind.__dataclass_fields__)
            if unknown:
                raise TableError(
                    f'{path}: {part}.{key}: found {sorted(unknown)}, expected '
                    f'only {sorted(kind.__dataclass_fields__)}')
            lines[part, key] = kind(key=key, **line)
    datasets = {key: line for (part, key), line in lines.items()
                if part == 'datasets'}
    hosts = [line for (part, _), line in lines.items() if part == 'hosts']
    for host in hosts:
        if host.on is None:
            host.on = [each.key for each in datasets.values()
                       if not each.on_request]
        unknown = ({*host.on} - {*datasets}) | ({*host.settings} - {*host.on})
        if unknown:
            raise TableError(
                f'{path}: hosts.{host.key}: found {sorted(unknown)} in on or '
                'settings, expected a line in datasets, and settings only of '
                'datasets in on')
    return hosts, datasets
