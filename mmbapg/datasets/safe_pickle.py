"""Pickle files of others, of which nothing is executed.

Some feature files are pickles. Unpickling runs whatever a file names, unless
it may name nothing but what builds arrays, as here.
"""
import io
import pickle
from collections import OrderedDict
from typing import BinaryIO

import numpy as np
import torch

try:
    from numpy._core import multiarray, numeric
except ImportError:  # NumPy 1
    from numpy.core import multiarray, numeric


class UnsafePickleError(pickle.UnpicklingError):
    """A pickle names something that builds no array."""


def _load_storage(content: bytes):
    """What :mod:`torch.storage` does, but never with pickled code."""
    return torch.load(io.BytesIO(content), map_location='cpu',
                      weights_only=True)


def _encode(text: str, encoding: str) -> bytes:
    """How pickles of old protocols hold bytes."""
    if encoding != 'latin1':
        raise UnsafePickleError(f'it holds bytes encoded as {encoding!r}, '
                                'expected latin1')
    return text.encode('latin1')


_CLASSES = {
    ('numpy', 'ndarray'): np.ndarray,
    ('numpy', 'dtype'): np.dtype,
    ('collections', 'OrderedDict'): OrderedDict,
}
_FUNCTIONS = {
    ('_codecs', 'encode'): _encode,
    ('torch._utils', '_rebuild_tensor_v2'): torch._utils._rebuild_tensor_v2,
    ('torch.storage', '_load_from_bytes'): _load_storage,
}
for _package in ('numpy.core', 'numpy._core'):
    _FUNCTIONS[f'{_package}.multiarray', '_reconstruct'] = (
        multiarray._reconstruct)
    _FUNCTIONS[f'{_package}.numeric', '_frombuffer'] = numeric._frombuffer


class ArrayUnpickler(pickle.Unpickler):
    """Builds numbers, strings, containers, NumPy arrays and torch tensors."""

    def find_class(self, module: str, name: str):
        """What a pickle may name."""
        if (module, name) in _CLASSES:
            return _CLASSES[module, name]
        if (module, name) in _FUNCTIONS:
            function = _FUNCTIONS[module, name]
            # A pickle can set attributes of what it names: a fresh function
            # each time leaves ours alone.
            return lambda *args: function(*args)
        raise UnsafePickleError(
            f'it names {module}.{name}, expected nothing but arrays')


def load_pickled_arrays(file: BinaryIO):
    """Read a pickle of arrays and dicts of arrays; tensors become arrays.

    Raises:
        UnsafePickleError: If it holds anything else. Nothing of it was run.
    """
    return _as_arrays(ArrayUnpickler(file).load())


def _as_arrays(content):
    if isinstance(content, dict):
        return {key: _as_arrays(value) for key, value in content.items()}
    if isinstance(content, torch.Tensor):
        return content.detach().cpu().numpy()
    return content
