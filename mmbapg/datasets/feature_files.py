"""Clip features of any origin: ``(T, C)``, a file for each video.

See :mod:`mmbapg.datasets.feature_arrays` for the formats. Nothing pickled is
executed.
"""
from pathlib import Path
from typing import Optional, Tuple

import numpy as np

from mmbapg.moved import moved_names

from .feature_arrays import FeatureFileError, Key, array_shape, read_array

__getattr__ = moved_names(__name__)


def read_features(path: str,
                  key: Key = None,
                  channels: Optional[int] = None,
                  steps: Optional[Tuple[int, int]] = None) -> np.ndarray:
    """Read and check clip features.

    Args:
        path, key: See :func:`mmbapg.datasets.feature_arrays.read_array`.
        channels: Width that the features must have.
        steps: First step to read and the step after the last; by default
            all. Of files that can be mapped into memory (``.npy``, ``.pt``)
            no others are read.

    Returns:
        ``(T, C)`` float32.

    Raises:
        FeatureFileError: If the file is missing, unreadable, empty, not of
            shape (T, C), of another width, or holds NaN or infinity.
    """
    features = read_array(Path(path), key)
    if features.dtype.kind not in 'biuf':
        raise FeatureFileError(
            f'{path}: found features of type {features.dtype}, expected real '
            'numbers')
    check_shape(path, features.shape, channels)
    features = np.asarray(
        features if steps is None else features[slice(*steps)],
        dtype=np.float32)
    finite = np.isfinite(features).all(axis=1)
    if not finite.all():
        raise FeatureFileError(
            f'{path}: found NaN or infinity in {int((~finite).sum())} of '
            f'{len(features)} steps, first at step '
            f'{int(finite.argmin()) + (steps[0] if steps else 0)}, '
            'expected finite numbers')
    return features


def count_steps(path: str, key: Key = None) -> int:
    """Length of clip features, from the file's header where it has one.

    Args:
        path, key: See :func:`read_features`.

    Raises:
        FeatureFileError: As :func:`read_features`, as far as a look at the
            shape tells.
    """
    shape = array_shape(Path(path), key)
    check_shape(path, shape)
    return shape[0]


def check_shape(path: str, shape: Tuple[int, ...],
                channels: Optional[int] = None) -> None:
    """Refuse what are no clip features by their shape alone.

    Args:
        path: Of the file, for the message.
        shape: Of its array.
        channels: Width that the features must have.

    Raises:
        FeatureFileError: If it is not (T, C), with a step at least, or of
            another width.
    """
    if len(shape) != 2:
        raise FeatureFileError(
            f'{path}: found features of shape {shape}, expected (steps, '
            'channels)')
    if 0 in shape:
        raise FeatureFileError(
            f'{path}: found features of shape {shape}, expected at least one '
            'step')
    if channels not in (None, shape[1]):
        raise FeatureFileError(
            f'{path}: found {shape[1]} channels, expected {channels} as in '
            'the config')
