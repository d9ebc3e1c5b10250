"""All feature files that a run needs, looked at before it begins."""
from pathlib import Path
from typing import Any, Dict, Iterable, Iterator, Optional, Tuple

from torch.utils.data import DataLoader

from mmbapg.datasets import FeatureFileError, LoadFeatures, SampleFeatures
from mmbapg.datasets.feature_arrays import array_shape
from mmbapg.datasets.feature_files import check_shape

from ..wrapped_datasets import datasets_of, innermost_transforms
from .embeddings import first_names, with_progress

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
    files = {path: step for dataset in datasets_of(loaders)
             for path, step in _files(dataset)}
    problems = []
    for path, step in with_progress(files.items(), 'Checking features'):
        try:
            _check_header(path, step)
        except FeatureFileError as error:
            problems.append((Path(path).name, error))
    if problems:
        raise FeatureFileError(
            f'{len(problems)} of {len(files)} feature files cannot be used '
            f'({first_names(problems)}). The first: {problems[0][1]}')


def _files(dataset) -> Iterator[Tuple[str, Tuple]]:
    """Files with the key and the channels that are expected of each."""
    for step in innermost_transforms(dataset):
        if isinstance(step, SampleFeatures):
            settings: Dict[str, Any] = dict(step.settings)
            load = LoadFeatures(**settings)
            number = len(dataset) and len(dataset.videos)
            infos = map(dataset.video_info, range(number))
        elif isinstance(step, LoadFeatures):
            load = step
            infos = map(dataset.get_data_info, range(len(dataset)))
        else:
            continue
        for paths in (info['feature_paths'] for info in infos):
            channels = load.channels if len(paths) == 1 else None
            for path in paths:
                yield path, (load.key, channels)


def _check_header(path: str, expected: Tuple) -> None:
    key, channels = expected
    if Path(path).suffix not in WITH_HEADER or not Path(path).is_file():
        return
    if not Path(path).stat().st_size:
        raise FeatureFileError(
            f'{path}: found an empty file (0 bytes), expected features')
    check_shape(path, array_shape(Path(path), key), channels)
