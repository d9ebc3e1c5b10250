"""What sources of sensors' streams share: samples become features, and a
local copy of a dataset is checked before anything is written."""
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, Dict, Iterator, Mapping, Sequence, Set

import numpy as np

from mmbapg.files import replace_file
from mmbapg.video_names import file_of

from ..annotations import (
    AnnotationError,
    VideoAnnotation,
    load_annotations,
    require_labels,
)
from ..feature_files import FeatureFileError, read_features
from .fetching import SourceUnreachable


def mean_and_deviation(samples: np.ndarray, count: int) -> np.ndarray:
    """What groups of samples are on average, and how they move.

    Args:
        samples: ``(n, C)``.
        count: Samples of a group; what fills none at the end is left out.

    Returns:
        ``(n // count, 2 * C)``, means before standard deviations.
    """
    steps = len(samples) // count
    groups = samples[:steps * count].reshape(steps, count, -1)
    return np.concatenate([groups.mean(axis=1), groups.std(axis=1)], axis=1)


def annotations_of_copy(source: Path, folder: Path,
                        fields: Sequence[str]) -> Dict[str, VideoAnnotation]:
    """Checked annotations of a local copy, every video of it with labels.

    Args:
        source: Folder with ``annotations.json`` and ``features``.
        folder: That will be filled from it.
        fields: That every video must have, to be divided by them.

    Raises:
        SourceUnreachable: If ``source`` holds no such copy, or is ``folder``.
        AnnotationError: If anything is wrong with the annotations.
    """
    ann_file = source / 'annotations.json'
    if not (ann_file.is_file() and (source / 'features').is_dir()):
        raise SourceUnreachable(
            f'{source}: found no annotations.json beside a folder features, '
            'expected both')
    if source.resolve() == folder.resolve():
        raise SourceUnreachable(
            f'{source}: found the folder that is to be filled, whose samples '
            'features would replace; expected another')
    annotations = load_annotations(ann_file)  # refuses what is wrong
    require_labels(annotations.values(), str(ann_file), 'to train and test')
    for name, video in annotations.items():
        for field in fields:
            if video.fields.get(field) is None:
                raise AnnotationError(
                    f'{ann_file}: video {name}: found no field {field}, '
                    'expected one to divide the videos by')
    return annotations


def samples_of_copy(source: Path, name: str, channels: int,
                    count: int) -> np.ndarray:
    """``(n, channels)`` samples of a video of a local copy.

    Args:
        source: See :func:`annotations_of_copy`.
        name: Of the video.
        channels: That it must have.
        count: Samples that it must have at least: one group.

    Raises:
        FeatureFileError: If the file is missing or holds anything else.
    """
    path = file_of(source / 'features', name, '{}.npy')
    samples = read_features(str(path))
    if samples.shape[1] != channels or len(samples) < count:
        raise FeatureFileError(
            f'{path}: found {len(samples)} samples of {samples.shape[1]} '
            f'channels, expected {count} or more of {channels}')
    return samples


def write_features(folder: Path, features: Mapping[str, np.ndarray]) -> None:
    """Write ``features/NAME.npy`` of videos, float32.

    Args:
        folder: Of the dataset.
        features: Of each video, by name.
    """
    for name, array in features.items():
        replace_file(file_of(folder / 'features', name, '{}.npy'),
                     partial(_save, array=array.astype(np.float32)))


def _save(file: BinaryIO, array: np.ndarray) -> None:
    np.save(file, array)


def counts(folder: Path, field: str, instances: str) -> Iterator[str]:
    """What a prepared folder holds, a line for each value of a field.

    Args:
        folder: Of the dataset.
        field: Of its annotation file.
        instances: What its instances are called.
    """
    videos = load_annotations(folder / 'annotations.json').values()
    values: Set[Any] = {video.fields[field] for video in videos}
    for value in sorted(values):
        own = [v for v in videos if v.fields[field] == value]
        yield (f'{field} {value}: {len(own)} streams, '
               f'{sum(v.duration for v in own) / 60:.1f} min, '
               f'{sum(len(v.segments) for v in own)} {instances}')
