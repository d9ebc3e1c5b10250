"""Datasets and transforms inside MMEngine's wrappers."""
from typing import Iterable, Iterator


def datasets_of(loaders: Iterable) -> Iterator:
    """Datasets without wrappers; a loop may have no loader, or several."""
    for loader in loaders:
        if isinstance(loader, (list, tuple, dict)):
            yield from datasets_of(
                loader.values() if isinstance(loader, dict) else loader)
        elif loader is not None:
            yield from innermost(loader.dataset)


def innermost(dataset) -> list:
    """Datasets inside RepeatDataset, ConcatDataset and the like."""
    return [found for each in _inner(dataset) for found in innermost(each)
            ] if _inner(dataset) else [dataset]


def repeats(dataset) -> bool:
    """Whether some wrapper shows a sample more than once in an epoch."""
    return hasattr(dataset, 'times') or hasattr(
        dataset, 'oversample_thr') or any(map(repeats, _inner(dataset)))


def _inner(dataset) -> list:
    if hasattr(dataset, 'datasets'):
        return list(dataset.datasets)
    return [dataset.dataset] if hasattr(dataset, 'dataset') else []


def innermost_transforms(dataset) -> Iterator:
    """Transforms of a dataset without wrappers, those in wrappers too."""
    return _flat(getattr(dataset, 'pipeline', ()))


def _flat(transform) -> Iterator:
    if isinstance(transform, (list, tuple)):
        for each in transform:
            yield from _flat(each)
    elif hasattr(transform, 'transforms'):
        yield from _flat(transform.transforms)
    else:
        yield transform
