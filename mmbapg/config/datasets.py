"""Datasets in configs, inside MMEngine's wrappers too."""
from typing import Iterator, Mapping

from mmengine.config import ConfigDict

DATALOADERS = ('train_dataloader', 'val_dataloader', 'test_dataloader')


def datasets_of(dataset: ConfigDict) -> Iterator[ConfigDict]:
    """Dataset configs inside wrappers."""
    if 'datasets' in dataset:
        for each in dataset['datasets']:
            yield from datasets_of(each)
    elif 'dataset' in dataset:
        yield from datasets_of(dataset['dataset'])
    else:
        yield dataset


def select_only(dataset: ConfigDict, where: Mapping[str, object]) -> None:
    """Let datasets, inside wrappers too, select their videos in this way only.

    Args:
        dataset: Settings of a data loader's dataset; changed in place.
        where: Field of the annotation file -> value, or list of values.
    """
    for each in datasets_of(dataset):
        each.update(where=ConfigDict(where), subset=None)
