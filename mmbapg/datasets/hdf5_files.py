"""HDF5 files of arrays: ``FILE.hdf5/NAME``, with groups ``FILE.hdf5/A/B``.

Arrays that lie in other files (external links, external storage, virtual
datasets) are refused: a feature file must not read what its author cannot.
"""
import math
from collections import deque
from functools import lru_cache
from pathlib import Path
from typing import Dict, FrozenSet, List, Optional, Tuple

import numpy as np

from mmbapg.errors import MissingPackageError

from .numpy_files import check_kind, check_size

SUFFIXES = ('.hdf5', '.h5')
#: Links within a file that are followed on the way to one array.
MAX_LINKS = 8


def split(path: Path) -> Optional[Tuple[Path, str]]:
    """The HDF5 file in a path, and the name within it (``''`` for a file that
    holds one video); None for a path without."""
    marked = [each for each in (path, *path.parents)
              if each.suffix in SUFFIXES and not each.is_dir()]
    if not marked:
        return None
    container = next((each for each in marked if each.is_file()), marked[-1])
    name = path.relative_to(container).as_posix()
    return container, '' if name == '.' else name


def is_in(container: Path, name: str) -> bool:
    """Whether a file holds an array or a group of that name."""
    if not name or name in _names(str(container),
                                  container.stat().st_mtime_ns):
        return True
    with open_file(container) as content:
        try:
            _find(content, name)
        except KeyError:
            return False
    return True


def arrays_at(content, name: str) -> 'Dict[str, object] | object':
    """The array of that name, or the arrays of a group by name, unread.

    Raises:
        KeyError: If there is none.
        ValueError: If it lies in another file.
    """
    import h5py
    found = _find(content, name)
    if not isinstance(found, h5py.Group):
        return found
    arrays = {}
    for each in found:
        try:
            entry = _find(found, each)
        except KeyError:  # a link to nothing
            continue
        if isinstance(entry, h5py.Dataset):
            arrays[each] = entry
    return arrays


def read(dataset) -> np.ndarray:
    """Content of an array.

    Raises:
        ValueError: If it holds no numbers, lies in another file or claims to
            be far more than is stored.
    """
    shape_of(dataset)
    return dataset[()]


def shape_of(dataset) -> Tuple[int, ...]:
    """Shape of an array that :func:`read` accepts.

    Raises:
        ValueError: As :func:`read`.
    """
    import h5py
    if not isinstance(dataset, h5py.Dataset) or dataset.shape is None:
        raise ValueError('found no array')
    if dataset.is_virtual or dataset.external:
        raise ValueError('found an array that lies in other files, expected '
                         'it in this one')
    check_kind(dataset.dtype)
    check_size(math.prod(dataset.shape) * dataset.dtype.itemsize,
               dataset.id.get_storage_size())
    # a chunk is unpacked as a whole
    chunk = math.prod(dataset.chunks or (0, )) * dataset.dtype.itemsize
    check_size(chunk, dataset.id.get_storage_size())
    return dataset.shape


def open_file(path: Path):
    """The file, as a context.

    Raises:
        MissingPackageError: Without h5py; says what to do.
    """
    try:
        import h5py
    except ImportError:
        raise MissingPackageError(
            'found an HDF5 file, expected the package h5py to be installed to '
            'read it (pip install h5py)') from None
    return h5py.File(path, 'r')


@lru_cache(8)
def _names(path: str, modified: int) -> FrozenSet[str]:
    names: List[str] = []
    with open_file(Path(path)) as content:
        content.visit(names.append)  # follows no links
    return frozenset(names)


def _find(group, name: str):
    """What a name leads to, over links within the file.

    Raises:
        KeyError: If that is nothing.
        ValueError: If it leads out of the file or round and round.
    """
    import h5py
    root, links = group, 0
    parts = deque(name.split('/') if name else ())
    while parts:
        part = parts.popleft()
        if part in ('', '.'):
            continue
        link = (group.get(part, getlink=True)
                if isinstance(group, h5py.Group) else None)
        if link is None:
            raise KeyError(name)
        if isinstance(link, h5py.HardLink):
            group = group[part]
            continue
        links += 1
        if not isinstance(link, h5py.SoftLink) or links > MAX_LINKS:
            raise ValueError(f'found a link at {name!r} that leads out of the '
                             'file or round and round, expected an array')
        if link.path.startswith('/'):
            group = root.file
        parts.extendleft(reversed(link.path.split('/')))
    return group
