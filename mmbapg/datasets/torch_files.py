"""Files of ``torch.save``, also of others, read with ``weights_only=True``.

That alone executes nothing, yet a hostile file can still make it allocate
whatever it asks for or hash its keys forever, and it refuses the arrays of
NumPy and the log of MMEngine that honest checkpoints hold. Here files are
looked through first, and those two are allowed while a file is read, not for
the whole process.
"""
import io
import os
import pickle
import threading
import zipfile
from contextlib import contextmanager
from typing import BinaryIO

import torch
from mmengine.logging import HistoryBuffer
from torch.serialization import MAGIC_NUMBER

from .plain_arrays import STAND_INS, UnsafePickleError, resolve
from .strict_unpickler import StrictUnpickler

#: What ``getattr`` may get of MMEngine's history buffer.
STATISTICS = ('min', 'max', 'mean', 'current')


def load_tensors(path, mmap: bool = False):
    """Content of a file of ``torch.save``, on the CPU.

    Args:
        path: The file.
        mmap: Leave the tensors in the file, where its format allows it.

    Raises:
        FileNotFoundError: If there is no such file.
        UnsafePickleError: If it holds anything but tensors, arrays, plain
            Python, and MMEngine's log. Nothing of it was run.
    """
    with open(path, 'rb') as file:
        mmap = look_through(file) and mmap
    with _reasons_told(), arrays_and_logs():
        return resolved(torch.load(path, map_location='cpu', mmap=mmap,
                                   weights_only=True))


def load_storage(content: bytes):
    """What :func:`torch.storage._load_from_bytes` does, and no more."""
    look_through(io.BytesIO(content))
    with _reasons_told(), arrays_and_logs():
        return torch.load(io.BytesIO(content), map_location='cpu',
                          weights_only=True)


@contextmanager
def checkpoint_loading(name: str):
    """A context in which MMEngine may load a checkpoint.

    Args:
        name: Of the checkpoint. A file on this machine is looked through
            first.

    Yields:
        What makes the loaded content ready for use: :func:`resolved`.

    Raises:
        UnsafePickleError: If the file cannot be read or could do harm; names
            it.
    """
    path = os.path.expanduser(str(name))
    local = os.path.isfile(path)
    try:
        if local and not path.endswith('.safetensors'):
            with open(path, 'rb') as file:
                look_through(file)
        with arrays_and_logs():
            yield resolved
    except Exception as error:
        if not (local or isinstance(error, pickle.UnpicklingError)):
            raise  # of the way to it
        raise UnsafePickleError(f'{name}: not a checkpoint that can be read '
                                f'safely ({reason_of(error)})') from error


@contextmanager
def _reasons_told():
    try:
        yield
    except (UnsafePickleError, FileNotFoundError):
        raise
    except Exception as error:
        raise UnsafePickleError(reason_of(error)) from None


def resolved(content):
    """What was loaded under :func:`arrays_and_logs`, ready for use."""
    return resolve(content, opened=(HistoryBuffer, ))


def reason_of(error: Exception) -> str:
    """What torch says, without its advice to load without a check."""
    if isinstance(error, UnsafePickleError):
        return str(error)
    text = str(error).split('WeightsUnpickler error:')[-1].strip()
    line = (text.splitlines() or [''])[0].split(' Please use')[0]
    return f'{type(error).__name__}: {line[:300]}'


class _HistoryBuffer:
    """Stands in for MMEngine's: is never called with what a file says."""

    def __new__(cls):
        return HistoryBuffer.__new__(HistoryBuffer)


def _getattr(owner, name: str):
    if owner is not _HistoryBuffer or name not in STATISTICS:
        raise UnsafePickleError(
            'it asks for an attribute, and only the statistics of '
            'HistoryBuffer are allowed')
    return getattr(HistoryBuffer, name)


_NAMED = [(call, '.'.join(name)) for name, call in STAND_INS.items()] + [
    (_HistoryBuffer, 'mmengine.logging.history_buffer.HistoryBuffer'),
    (_getattr, 'builtins.getattr'),
    # To set its attributes, torch wants the class itself in its list. No
    # pickle can name it so: names in pickles have a dot.
    (HistoryBuffer, 'HistoryBuffer'),
]
_ONE_AT_A_TIME = threading.RLock()


@contextmanager
def arrays_and_logs():
    """While it lasts, ``torch.load(weights_only=True)`` builds plain arrays
    and MMEngine's log, for :func:`resolved`; its list is the process's."""
    with _ONE_AT_A_TIME:
        there = torch.serialization.get_safe_globals()  # one within another
        with torch.serialization.safe_globals(
                [each for each in _NAMED if each not in there]):
            yield


def look_through(file: BinaryIO) -> bool:
    """Follow the pickles of a file without building anything.

    Returns:
        bool: Whether it is a zip file, as torch writes since 1.6.

    Raises:
        UnsafePickleError: If loading it could fill memory or never end, or
            if it is no file of torch.
    """
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    if not size:
        raise UnsafePickleError('it is empty')
    is_zip = file.read(4) == b'PK\x03\x04'
    file.seek(0)
    if is_zip:
        _look_through_zip(file, size)
    else:
        if _Onlooker(file, size).load() != MAGIC_NUMBER:
            raise UnsafePickleError('it is no file of torch.save')
        for _ in ('protocol', 'system', 'content', 'storages'):
            _Onlooker(file, size).load()
    return is_zip


def _look_through_zip(file: BinaryIO, size: int) -> None:
    try:
        with zipfile.ZipFile(file) as archive:
            records = archive.infolist()
            if any(each.compress_type != zipfile.ZIP_STORED
                   for each in records) or sum(
                       each.file_size for each in records) > size:
                raise UnsafePickleError(
                    f'its records are compressed or overlap, expected {size} '
                    'bytes to hold them as torch.save does')
            for each in records:
                if each.filename.lower().endswith('.pkl'):
                    with archive.open(each) as record:
                        _Onlooker(record, each.file_size).load()
    except UnsafePickleError:
        raise
    except Exception as error:
        raise UnsafePickleError(
            f'it is cut off or damaged, {reason_of(error)}') from None


class _Inert:
    """Takes the place of all that a pickle names, and does nothing."""

    def __init__(self, name: str = '') -> None:
        self.name = name

    def __call__(self, *arguments) -> '_Inert':
        sizes = self.name.endswith('Tensor') or self.name == 'bytearray'
        if sizes and any(isinstance(each, (int, list)) for each in arguments):
            raise UnsafePickleError(f'it makes a {self.name} of a size of its '
                                    'own, expected one of what is stored')
        return _Inert()

    def __setstate__(self, state) -> None:
        pass


class _Onlooker(StrictUnpickler):
    """Follows a pickle of torch."""

    def find_class(self, module: str, name: str) -> _Inert:
        return _Inert(name)

    def persistent_load(self, pid) -> _Inert:
        kinds = str, _Inert, str, str, int
        if type(pid) is not tuple or not all(
                map(isinstance, pid, kinds)) or len(pid) not in (5, 6):
            raise UnsafePickleError('it refers to what is no storage')
        self.weigh(pid)
        return _Inert()

    def set_items(self, target, keys, values) -> None:
        super().set_items({} if type(target) is _Inert else target, keys,
                          values)

    dispatch = StrictUnpickler.dispatch | {
        pickle.BINPERSID[0]: pickle._Unpickler.dispatch[
            pickle.BINPERSID[0]],
        pickle.NEWOBJ[0]: StrictUnpickler.load_reduce}
