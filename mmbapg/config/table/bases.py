"""The configs in _base_ that a host's config on a dataset is composed of."""
from functools import lru_cache
from pathlib import Path
from typing import Iterable, List, Sequence

from mmengine.config import Config

from .lines import Dataset, Host, TableError

#: Lets scores of whole videos name the classes.
FUSION = 'model.head.post_processor.score_fusion'


class Bases:
    """What there is to compose from.

    Args:
        folder: ``_base_``.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def of(self, host: Host, dataset: Dataset) -> List[str]:
        """What a host's config on a dataset is composed of."""
        runtime = 'standardized' if dataset.small else 'default'
        schedule = host.small_schedule if dataset.small else host.schedule
        return [
            f'{runtime}_runtime.py',
            self.data_base(host, dataset),
            self.model_base(host, dataset), f'schedules/{schedule}.py'
        ]

    def data_base(self, host: Host, dataset: Dataset) -> str:
        """Config of a dataset as a host reads it."""
        own = f'datasets/{dataset.data}_{host.reads}.py'
        return (own if (self.folder / own).is_file() else
                f'datasets/{dataset.data}.py')

    def model_base(self, host: Host, dataset: Dataset) -> str:
        """The most special config of a host's model for a dataset."""
        if dataset.small:
            base = f'models/{host.key}_small.py'
            if not (self.folder / base).is_file():
                raise TableError(
                    f'hosts.{host.key} on {dataset.key}: found no '
                    f'configs/_base_/{base}, expected the config of its model '
                    'for few short videos')
            return base
        words = dataset.name.split('-')
        for count in range(len(words), -1, -1):
            base = f'models/{"_".join([host.key, *words[:count]])}.py'
            if (self.folder / base).is_file():
                return base
        raise TableError(
            f'hosts.{host.key}: found no configs/_base_/models/{host.key}.py, '
            'expected the config of its model')

    def check(self, host: Host, dataset: Dataset,
              changes: Iterable[str]) -> None:
        """Refuse what would be written and could not run.

        Args:
            host, dataset: Lines of the table.
            changes: Dotted names of what the host has otherwise than its
                bases.

        Raises:
            TableError: If a host of windows gets data without windows, or a
                host that takes no scores of whole videos gets data whose
                classes only these tell.
        """
        where = f'hosts.{host.key} on {dataset.key}: found'
        name = self.data_base(host, dataset)
        data = config_of(self.folder / name)
        if host.windows and not has_windows(data):
            reads = host.reads or 'windows'
            raise TableError(
                f'{where} no windows in configs/_base_/{name}, expected '
                f'configs/_base_/datasets/{dataset.data}_{reads}.py with a '
                'SlidingWindowDataset in its train_dataloader, and '
                f'reads={reads!r}')
        model = self.model_base(host, dataset)
        fused = any(each.startswith(FUSION) for each in changes) or values_of(
            [config_of(self.folder / model)], FUSION)
        if classes_are_named_outside(data) and not fused:
            own = '_'.join([host.key, *dataset.name.split('-')[:1]])
            raise TableError(
                f'{where} no {FUSION} in configs/_base_/{model}, expected a '
                f'VideoScoreFusion there, or in a configs/_base_/models/{own}'
                f'.py: configs/_base_/{name} has one class for all actions, '
                'and scores of whole videos name it')


def has_windows(data: Config) -> bool:
    """Whether training samples are windows, or resized to one length."""
    train = data.train_dataloader.dataset
    return 'window_size' in train or any(
        step.type == 'ResizeFeatures' for step in train.pipeline)


def classes_are_named_outside(data: Config) -> bool:
    """Whether only scores of whole videos tell the classes of data."""
    return data.get('num_classes') == 1 and any(
        step.type == 'LoadVideoScores'
        for step in data.test_dataloader.dataset.pipeline)


@lru_cache(None)
def config_of(path: Path) -> Config:
    """A config, read once."""
    return Config.fromfile(path)


def values_of(configs: Sequence[Config], name: str) -> list:
    """Of a dotted name, in the configs that have it."""
    found = []
    for node in configs:
        for part in name.split('.'):
            node = node.get(part) if hasattr(node, 'get') else None
        found += [] if node is None else [node]
    return found
