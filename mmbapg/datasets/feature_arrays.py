"""Arrays in the file formats in which features are shared.

``.npy``, ``.npz``, ``.pt``, ``.pkl``, and ``.hdf5`` or ``.h5`` files that hold
the features of many videos: ``FILE.hdf5/NAME`` is the array ``NAME`` of such a
file. Nothing pickled is executed.
"""
import zipfile
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import FrozenSet, Optional, Sequence, Tuple

import numpy as np
import torch

from .safe_pickle import load_pickled_arrays

#: Names under which a file with several arrays is expected to hold features.
FEATURE_KEYS = ('embeddings', 'feats', 'features', 'feat')

#: Name of an array, or names of several to be concatenated.
Key = Optional['str | Sequence[str]']


class FeatureFileError(ValueError):
    """A feature file is not usable; the message says which and why."""


def is_there(path: str) -> bool:
    """Whether a file, or an array of an HDF5 file, exists."""
    container = _hdf5_of(Path(path))
    if container is None:
        return Path(path).is_file()
    if not container.is_file():
        return False
    names = _hdf5_names(str(container), container.stat().st_mtime_ns)
    return str(Path(path).relative_to(container)) in names


def read_array(path: Path, key: Key = None) -> np.ndarray:
    """The array of a file, memory-mapped where the format allows it.

    Args:
        path: See the top of this module.
        key: Of a file with several arrays; by default the first of
            :data:`FEATURE_KEYS` that it holds, or its only one. Arrays of
            several names are joined along the channels.

    Returns:
        An array as it is in the file; in a ``.pkl`` file, one of shape
        ``(1, C, T)`` is returned as ``(T, C)``.

    Raises:
        FeatureFileError: If the file is missing or not readable.
    """
    with _unreadable_named(path):
        container = _hdf5_of(path)
        if container is not None:
            return _read_hdf5(container, str(path.relative_to(container)))
        if path.suffix == '.npy':
            return np.load(path, mmap_mode='r', allow_pickle=False)
        if path.suffix == '.npz':
            with np.load(path, allow_pickle=False) as content:
                return _pick(path, {name: name for name in content.files},
                             key, content.__getitem__)
        if path.suffix == '.pkl':
            with open(path, 'rb') as file:
                content = load_pickled_arrays(file)
            if not isinstance(content, dict):
                content = {'features': content}
            return _pick(path, content, key, _steps_first)
        if path.suffix == '.pt':
            # only what torch >= 1.6 writes is a zip file
            content = torch.load(path, map_location='cpu', weights_only=True,
                                 mmap=zipfile.is_zipfile(path))
            return content.numpy()
    raise FeatureFileError(
        f'{path}: found suffix {path.suffix!r}, expected .npy, .npz or .pt '
        '(or .pkl, or a .hdf5 file of many videos)')


def array_shape(path: Path, key: Key = None) -> Tuple[int, ...]:
    """Shape of :func:`read_array`, from the header where there is one."""
    if path.suffix != '.npz' or not isinstance(key, (str, type(None))):
        return read_array(path, key).shape
    with _unreadable_named(path), np.load(path, allow_pickle=False) as content:
        name = _pick(path, {name: name for name in content.files}, key)
        with content.zip.open(f'{name}.npy') as array:
            read_header = {
                (1, 0): np.lib.format.read_array_header_1_0,
                (2, 0): np.lib.format.read_array_header_2_0
            }[np.lib.format.read_magic(array)]
            return read_header(array)[0]


def _pick(path: Path, content: dict, key: Key, load=lambda entry: entry):
    """The array, or the joined arrays, that a key means."""
    if key is None:
        known = [name for name in FEATURE_KEYS if name in content]
        names = known[:1] or (list(content) if len(content) == 1 else [None])
    else:
        names = [key] if isinstance(key, str) else list(key)
    missing = [name for name in names if name not in content]
    if missing:
        raise FeatureFileError(
            f'{path}: found the arrays {", ".join(map(str, content))}, '
            f'expected {missing[0] or " or ".join(FEATURE_KEYS)}')
    arrays = [load(content[name]) for name in names]
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays, axis=-1)


def _steps_first(array) -> np.ndarray:
    array = np.asarray(array)
    return array[0].T if array.ndim == 3 and len(array) == 1 else array


def _hdf5_of(path: Path) -> Optional[Path]:
    return next((parent for parent in path.parents
                 if parent.suffix in ('.hdf5', '.h5')), None)


def _open_hdf5(path: Path):
    try:
        import h5py
    except ImportError:
        raise FeatureFileError(
            f'{path}: found an HDF5 file, expected the package h5py to be '
            'installed to read it (pip install h5py)') from None
    return h5py.File(path, 'r')


def _read_hdf5(path: Path, name: str) -> np.ndarray:
    with _open_hdf5(path) as content:
        if name not in content:
            raise FeatureFileError(
                f'{path}: found {len(content)} arrays, expected {name} to be '
                'one of them')
        return content[name][()]


@lru_cache(8)
def _hdf5_names(path: str, modified: int) -> FrozenSet[str]:
    with _open_hdf5(Path(path)) as content:
        return frozenset(content)


@contextmanager
def _unreadable_named(path: Path):
    """Name the file in whatever error reading it meets."""
    try:
        yield
    except FileNotFoundError:
        raise FeatureFileError(f'{path}: no such feature file') from None
    except FeatureFileError:
        raise
    except Exception as error:
        raise FeatureFileError(
            f'{path}: not a readable feature file ({error})') from None
