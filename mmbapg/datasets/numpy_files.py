"""``.npy`` and ``.npz`` files, believed only as far as their bytes go."""
import math
import zipfile
from pathlib import Path
from typing import IO, List, NamedTuple, Tuple

import numpy as np

#: Bytes that are unpacked without a question, and how many times its size on
#: disk a larger array may have: real features do not come near.
UNPACKED_BYTES, UNPACKED_TIMES = 1 << 26, 100


class Header(NamedTuple):
    """What an array file says of its array."""
    shape: Tuple[int, ...]
    fortran_order: bool
    dtype: np.dtype


def check_kind(dtype: np.dtype) -> None:
    """Refuse what are no real numbers (text is for fields beside them).

    Raises:
        ValueError: Says so.
    """
    if dtype.kind not in 'biufSU' or not dtype.itemsize:
        raise ValueError(f'found data of type {dtype}, expected numbers')


def check_size(unpacked: int, stored: int) -> None:
    """Refuse a few bytes that claim to be a great many.

    Raises:
        ValueError: Says so.
    """
    if unpacked > max(UNPACKED_BYTES, UNPACKED_TIMES * stored):
        raise ValueError(
            f'found {stored} bytes that claim to be {unpacked} when unpacked, '
            f'expected at most {UNPACKED_TIMES} times as many; store it '
            'without compression if that is right')


def read_npy(path: Path) -> np.ndarray:
    """The array, memory-mapped: on Windows, the file can be replaced only
    after the array is gone.

    Raises:
        ValueError, OSError: If that is not possible.
    """
    with open(path, 'rb') as file:
        size = path.stat().st_size
        header = _read_header(file, size)
        offset = file.tell()
    if not math.prod(header.shape):
        return np.empty(header.shape, header.dtype)
    return np.memmap(path, header.dtype, 'r', offset, header.shape,
                     'F' if header.fortran_order else 'C')


class ArchiveOfArrays:
    """An ``.npz`` file; a context.

    Args:
        path: The file.

    Attributes:
        names: Of its arrays.
    """

    def __init__(self, path: Path) -> None:
        self._archive = zipfile.ZipFile(path)
        self._members = {each.filename.removesuffix('.npy'): each
                         for each in self._archive.infolist()}
        self.names: List[str] = list(self._members)

    def __enter__(self) -> 'ArchiveOfArrays':
        return self

    def __exit__(self, *_) -> None:
        self._archive.close()

    def header(self, name: str) -> Header:
        """Header of an array, found to fit to its bytes.

        Raises:
            ValueError, OSError, zipfile.BadZipFile: If it does not.
        """
        with self._open(name) as file:
            return _read_header(file, self._members[name].file_size)

    def read(self, name: str) -> np.ndarray:
        """An array.

        Raises:
            ValueError, OSError, zipfile.BadZipFile: If it cannot be read.
        """
        self.header(name)
        with self._open(name) as file:
            return np.lib.format.read_array(file, allow_pickle=False)

    def checksum(self, name: str) -> int:
        """Of an array's bytes, as the file states it."""
        return self._members[name].CRC

    def _open(self, name: str) -> IO[bytes]:
        member = self._members[name]
        if member.compress_type not in (zipfile.ZIP_STORED,
                                        zipfile.ZIP_DEFLATED):
            # zipfile unpacks the others without a limit
            raise ValueError(f'found array {name!r} in an unusual compression,'
                             ' expected that of numpy.savez_compressed')
        check_size(member.file_size, member.compress_size)
        return self._archive.open(member)


def _read_header(file: IO[bytes], size: int) -> Header:
    """Header at the start of a file of ``size`` bytes, which must fit."""
    if not size:
        raise ValueError('it is empty')
    readers = {(1, 0): np.lib.format.read_array_header_1_0,
               (2, 0): np.lib.format.read_array_header_2_0}
    version = np.lib.format.read_magic(file)
    if version not in readers:
        raise ValueError(f'found version {version} of the format, expected '
                         '1.0 or 2.0')
    try:
        shape, fortran_order, dtype = readers[version](file)
        header = Header(tuple(map(int, shape)), fortran_order, dtype)
    except Exception:  # of several kinds, some of which quote all of it
        raise ValueError('found a damaged header, expected one that tells '
                         'shape and type') from None
    check_kind(header.dtype)
    expected = math.prod(header.shape) * header.dtype.itemsize
    there = size - file.tell()
    if min(header.shape, default=0) < 0 or there < expected:
        raise ValueError(
            f'found {there} bytes of data under a header that says shape '
            f'{header.shape} of {header.dtype}, expected {expected}')
    return header
