"""Arrays in the file formats in which features are shared.

``.npy``, ``.npz``, ``.pt``, ``.pkl``, ``.csv`` (a row for each step beneath a
line of names, as for BMN), and ``.hdf5`` or ``.h5`` files, of one
video or of many: ``FILE.hdf5/NAME`` is the array ``NAME`` of such a file, or a
group of arrays, and ``NAME`` may have folders. Nothing pickled is executed,
and no file is believed to hold more than its bytes can.
"""
from contextlib import contextmanager
from pathlib import Path
from typing import Callable, Iterable, Optional, Sequence, Tuple

import numpy as np
import torch

from mmbapg.errors import UserError

from . import hdf5_files
from .numpy_files import ArchiveOfArrays, read_npy
from .safe_pickle import load_pickled_arrays
from .torch_files import load_tensors

#: Names under which a file with several arrays is expected to hold features.
FEATURE_KEYS = ('embeddings', 'feats', 'features', 'feat')

#: Name of an array, or names of several to be concatenated.
Key = Optional['str | Sequence[str]']


#: Floating point types that NumPy knows; the others become float32.
_OF_NUMPY = (torch.float16, torch.float32, torch.float64)


class FeatureFileError(UserError, ValueError):
    """A feature file is not usable; the message says which and why."""


def is_there(path: str) -> bool:
    """Whether a file, or an array or group of an HDF5 file, exists.

    Raises:
        FeatureFileError: If it is in an HDF5 file that cannot be read.
    """
    found = hdf5_files.split(Path(path))
    if found is None:
        return Path(path).is_file()
    with unreadable_named(path):
        return found[0].is_file() and hdf5_files.is_in(*found)


def read_array(path: Path, key: Key = None) -> np.ndarray:
    """The array of a file, memory-mapped where the format allows it.

    Args:
        path: See the top of this module.
        key: Of a file with several arrays; by default the first of
            :data:`FEATURE_KEYS` that it holds, or its only one. Arrays of
            several names are joined along the channels.

    Returns:
        An array as it is in the file; bfloat16 becomes float32, and in a
        ``.pkl`` file one of shape ``(1, C, T)`` is returned as ``(T, C)``.

    Raises:
        FeatureFileError: If the file is missing or not readable.
    """
    path = Path(path)
    with unreadable_named(path):
        found = hdf5_files.split(path)
        if found is not None:
            return _read_hdf5(path, *found, key)
        if path.suffix == '.npy':
            return read_npy(path)
        if path.suffix == '.npz':
            with ArchiveOfArrays(path) as content:
                return _join(_pick(path, content.names, key), content.read)
        if path.suffix == '.pkl':
            with open(path, 'rb') as file:
                content = load_pickled_arrays(file)
            return _unpickled(path, content, key, _steps_first)
        if path.suffix == '.csv':
            return np.loadtxt(path, np.float32, delimiter=',', skiprows=1,
                              ndmin=2)
        if path.suffix == '.pt':
            return _unpickled(path, load_tensors(path, mmap=True), key)
    raise FeatureFileError(
        f'{path}: found suffix {path.suffix!r}, expected .npy, .npz or .pt '
        '(or .pkl, .csv, or a .hdf5 file)')


def array_shape(path: Path, key: Key = None) -> Tuple[int, ...]:
    """Shape of :func:`read_array`, from the header where there is one."""
    path = Path(path)
    if not isinstance(key, (str, type(None))):
        return read_array(path, key).shape
    with unreadable_named(path):
        found = hdf5_files.split(path)
        if found is not None:
            return _read_hdf5(path, *found, key, hdf5_files.shape_of)
        if path.suffix == '.npz':
            with ArchiveOfArrays(path) as content:
                name, = _pick(path, content.names, key)
                return content.header(name).shape
    return read_array(path, key).shape


@contextmanager
def unreadable_named(path, kind: str = 'feature'):
    """Name the file in whatever error reading it meets.

    Raises:
        FeatureFileError: In the place of any error.
    """
    try:
        yield
    except FileNotFoundError:
        raise FeatureFileError(f'{path}: no such {kind} file') from None
    except FeatureFileError:
        raise
    except Exception as error:
        raise FeatureFileError(f'{path}: not a readable {kind} file '
                               f'({first_line(error)})') from None


def first_line(error: Exception) -> str:
    """What an error says, in one line."""
    lines = str(error).strip().splitlines()
    return lines[0][:300] if lines else type(error).__name__


def _pick(path: Path, names: Iterable[str], key: Key) -> Sequence[str]:
    """Names of the arrays that a key means."""
    names = list(names)
    if key is None:
        known = [name for name in FEATURE_KEYS if name in names]
        chosen = known[:1] or (names if len(names) == 1 else [''])
    else:
        chosen = [key] if isinstance(key, str) else list(key)
    missing = [name for name in chosen if name not in names]
    if missing:
        shown = ', '.join(_readable(name) for name in names[:10])
        raise FeatureFileError(
            f'{path}: found the arrays {shown or "of none"}, '
            f'expected {missing[0] or " or ".join(FEATURE_KEYS)}')
    return chosen


def _readable(name) -> str:
    """A name as it is, or escaped if it cannot be printed."""
    return name[:80] if isinstance(name, str) and name.isprintable() else (
        repr(name)[:80])


def _join(names: Sequence[str],
          load: Callable[[str], np.ndarray]) -> np.ndarray:
    arrays = [load(name) for name in names]
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays, axis=-1)


def _read_hdf5(path: Path, container: Path, name: str, key: Key,
               load=hdf5_files.read):
    with hdf5_files.open_file(container) as content:
        try:
            found = hdf5_files.arrays_at(content, name)
        except KeyError:
            raise FeatureFileError(
                f'{container}: found {len(content)} entries, expected {name} '
                'to be one of them') from None
        if isinstance(found, dict):
            return _join(_pick(path, found, key),
                         lambda each: load(found[each]))
        return load(found)


def _unpickled(path: Path, content, key: Key,
               finish=lambda array: array) -> np.ndarray:
    """The array that a key means in what was unpickled."""
    if not isinstance(content, dict):
        content = {'features': content}
    size = path.stat().st_size
    return _join(_pick(path, content, key),
                 lambda name: finish(_as_array(content[name], size)))


def _as_array(content, size: int) -> np.ndarray:
    """Of a tensor, an array, a list with one of them, or rows of numbers.

    Args:
        content: What was in a file.
        size: Of the file in bytes; it cannot hold more.
    """
    if isinstance(content, (list, tuple)):
        one = len(content) == 1 and isinstance(content[0],
                                               (torch.Tensor, np.ndarray))
        content = content[0] if one else _of_lists(content, size)
    if isinstance(content, torch.Tensor):
        content = _of_tensor(content, size)
    if not isinstance(content, np.ndarray):
        raise ValueError(f'found {type(content).__name__}, expected an array')
    return content


def _of_tensor(tensor: torch.Tensor, size: int) -> np.ndarray:
    if tensor.layout != torch.strided or tensor.is_quantized or (
            tensor.device.type != 'cpu'):
        raise ValueError(f'found a tensor of type {tensor.dtype}, layout '
                         f'{tensor.layout} on device {tensor.device}, '
                         'expected a plain one')
    if tensor.nbytes > size:
        raise ValueError(
            f'found {size} bytes that claim to be a tensor of shape '
            f'{tuple(tensor.shape)}, {tensor.nbytes} bytes')
    tensor = tensor.detach()
    if tensor.is_floating_point() and tensor.dtype not in _OF_NUMPY:
        tensor = tensor.float()
    return tensor.resolve_conj().resolve_neg().numpy()


def _of_lists(content: Sequence, size: int) -> np.ndarray:
    """An array of rows, or of rows of numbers, that a pickle spells out."""
    rows = [len(row) if isinstance(row, (list, tuple)) else 1
            for row in content]
    if sum(rows) > size or not all(
            isinstance(entry, (int, float)) for row in content
            for entry in (row if isinstance(row, (list, tuple)) else [row])):
        raise ValueError(f'found a list of {len(content)}, expected one array '
                         'or rows of numbers')
    return np.asarray(content, dtype=np.float64)


def _steps_first(array: np.ndarray) -> np.ndarray:
    return array[0].T if array.ndim == 3 and len(array) == 1 else array
