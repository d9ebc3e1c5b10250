"""All feature files that a run needs, looked at before it begins."""
from pathlib import Path
from typing import Iterable, Iterator, Optional, Tuple

from torch.utils.data import DataLoader

from mmbapg.datasets import FeatureFileError, LoadFeatures, SampleFeatures
from mmbapg.datasets.feature_arrays import array_shape

from .embedding_check import NAMES_SHOWN, with_progress
from .wrapped_datasets import innermost, innermost_transforms

#: Formats that tell the shape of an array without reading it.
WITH_HEADER = ('.npy', '.npz')


def check_features(loaders: Iterable[Optional[DataLoader]]) -> None:
    """Look at the headers of the feature files that data loaders ask for.

    Args:
        loaders: ``None`` among them counts for nothing.

    Raises:
        FeatureFileError: One line for all files that are empty, damaged, or
            of another shape than ``(T, C)`` with the channels of the config.
    """
    files = {path: step for loader in filter(None, loaders)
             for path, step in _files(loader.dataset)}
    problems = {}
    for path, step in with_progress(files.items(), 'Checking features'):
        try:
            _check_header(path, step)
        except FeatureFileError as error:
            problems[path] = str(error)
    if problems:
        names = [Path(path).name for path in problems]
        raise FeatureFileError(
            f'{len(problems)} of {len(files)} feature files cannot be used '
            f'({", ".join(names[:NAMES_SHOWN])}'
            f'{", ..." if len(names) > NAMES_SHOWN else ""}). The first: '
            f'{next(iter(problems.values()))}')


def _files(dataset) -> Iterator[Tuple[str, Tuple]]:
    """Files with the key and the channels that are expected of each."""
    for each in innermost(dataset):
        for step in innermost_transforms(each):
            if isinstance(step, SampleFeatures):
                load = LoadFeatures(**dict(step.settings))
                for index in range(len(each) and len(each.videos)):
                    yield each.video_info(index)['path'], (load.key,
                                                           load.channels)
            elif isinstance(step, LoadFeatures):
                for index in range(len(each)):
                    paths = each.get_data_info(index)['feature_paths']
                    channels = step.channels if len(paths) == 1 else None
                    for path in paths:
                        yield path, (step.key, channels)


def _check_header(path: str, expected: Tuple) -> None:
    key, channels = expected
    if Path(path).suffix not in WITH_HEADER or not Path(path).is_file():
        return
    if not Path(path).stat().st_size:
        raise FeatureFileError(
            f'{path}: found an empty file (0 bytes), expected features')
    shape = array_shape(Path(path), key)
    if len(shape) != 2 or 0 in shape or channels not in (None, shape[1]):
        raise FeatureFileError(
            f'{path}: found features of shape {shape}, expected (steps, '
            f'{channels or "channels"}) and at least one of each')
