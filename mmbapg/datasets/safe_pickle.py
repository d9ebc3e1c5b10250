"""Pickle files of others, of which nothing is executed.

Some feature files are pickles. Unpickling runs whatever a file names, unless
it may name nothing but what builds arrays, as here.
"""
import io
from collections import OrderedDict
from typing import BinaryIO

import torch

from .plain_arrays import STAND_INS, UnsafePickleError, resolve
from .strict_unpickler import StrictUnpickler
from .torch_files import load_storage


def load_pickled_arrays(file: BinaryIO):
    """Read a pickle of arrays, tensors, and lists and dicts of them.

    Raises:
        UnsafePickleError: If it holds anything else. Nothing of it was run.
    """
    content = file.read()
    if not content:
        raise UnsafePickleError('it is empty')
    return resolve(ArrayUnpickler(io.BytesIO(content), len(content)).load())


class ArrayUnpickler(StrictUnpickler):
    """Builds numbers, strings, containers, NumPy arrays and torch tensors."""

    def find_class(self, module: str, name: str):
        """What a pickle may name."""
        if (module, name) == ('collections', 'OrderedDict'):
            return self._ordered
        function = _FUNCTIONS.get((module, name))
        if function is None:
            raise UnsafePickleError(
                f'it names {f"{module}.{name}"[:100]!r}, expected nothing but '
                'arrays')
        return function

    def _ordered(self, pairs=()) -> OrderedDict:
        target: OrderedDict = OrderedDict()
        for key, value in pairs:
            self.set_items(target, [key], [value])
        return target


def _encode(text: str, encoding: str) -> bytes:
    """How pickles of old protocols hold bytes."""
    if encoding != 'latin1':
        raise UnsafePickleError('it holds bytes in an encoding of its own, '
                                'expected latin1')
    return text.encode('latin1')


def _rebuild_tensor(storage, offset, size, stride, *_) -> torch.Tensor:
    """A tensor that lies within its storage."""
    lengths = (offset, *size, *stride)
    if not (isinstance(storage, torch.TypedStorage)
            and all(type(each) is int and each >= 0 for each in lengths)
            and len(size) == len(stride)):
        raise UnsafePickleError('it holds a tensor that is not made of a '
                                'storage, a shape and strides')
    base = torch.empty(0, dtype=storage.dtype).set_(storage.untyped())
    return base.as_strided(size, stride, offset)


_FUNCTIONS = STAND_INS | {
    ('_codecs', 'encode'): _encode,
    ('torch._utils', '_rebuild_tensor_v2'): _rebuild_tensor,
    ('torch.storage', '_load_from_bytes'): load_storage,
}
