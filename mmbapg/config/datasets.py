"""Datasets in configs, inside MMEngine's wrappers too."""
from typing import Iterator

DATALOADERS = ('train_dataloader', 'val_dataloader', 'test_dataloader')


def datasets_of(dataset: dict) -> Iterator[dict]:
    """Dataset configs inside wrappers."""
    if 'datasets' in dataset:
        for each in dataset['datasets']:
            yield from datasets_of(each)
    elif 'dataset' in dataset:
        yield from datasets_of(dataset['dataset'])
    else:
        yield dataset
