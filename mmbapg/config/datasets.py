"""Datasets in configs, inside MMEngine's wrappers too."""
from typing import Iterator

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
