"""NumPy arrays out of pickles, built by us.

What NumPy's own pickles call to build an array can do far more than that:
lay an array of objects over bytes of the file, which crashes whoever touches
it, or change the data type that the whole process shares. The stand-ins here
take what honest pickles of booleans, numbers and text hold, and nothing else.
They are put where a pickle names NumPy; :func:`resolve` then puts arrays in
their place.
"""
import math
import pickle
import re
import reprlib
from typing import Any, Callable, Dict, Sequence, Tuple

import numpy as np

from mmbapg.errors import UserError


class UnsafePickleError(UserError, pickle.UnpicklingError):
    """A pickle holds something that builds no plain array."""


class PlainDType:
    """Stands in for ``numpy.dtype``: booleans, numbers and text."""

    def __init__(self, code, align=False, copy=True) -> None:
        if not (isinstance(code, str)
                and re.fullmatch(r'[biufcSU][1-9]\d{0,8}', code)):
            raise UnsafePickleError(
                f'it holds data of type {reprlib.repr(code)}, expected '
                'numbers')
        self.value = np.dtype(code)

    def __setstate__(self, state) -> None:
        _, byte_order, *structure = state[:5]
        if structure != [None, None, None] or byte_order not in (
                '<', '>', '=', '|'):
            raise UnsafePickleError(
                'it holds data with fields, expected plain numbers')
        self.value = self.value.newbyteorder(byte_order)


class PlainArray:
    """Stands in for ``numpy.ndarray`` until its state is known."""
    value = None

    def __setstate__(self, state) -> None:
        _, shape, dtype, fortran, data = state
        self.value = _array(data, dtype, shape, 'F' if fortran else 'C')


def _reconstruct(kind, shape=None, code=None) -> PlainArray:
    """Stands in for how arrays begin in pickles of protocols up to 4."""
    if kind is not PlainArray:
        raise UnsafePickleError('it holds an array of a class of its own, '
                                'expected a plain one')
    return PlainArray()


def _frombuffer(data, dtype, shape, order, axis_order=None) -> np.ndarray:
    """Stands in for how arrays are held in pickles of protocol 5."""
    if order == 'K' and axis_order is not None:
        return _array(data, dtype, shape, 'C').transpose(axis_order)
    return _array(data, dtype, shape, order)


def _scalar(dtype, data) -> Any:
    return _array(data, dtype, (), 'C')[()]


def _array(data, dtype, shape: Sequence[int], order: str) -> np.ndarray:
    """A writable array of its own memory, if everything fits."""
    if isinstance(data, str):  # how Python 2 held bytes
        data = data.encode('latin1')
    if not (isinstance(dtype, PlainDType) and order in ('C', 'F')
            and isinstance(data, (bytes, bytearray))
            and isinstance(shape, tuple)
            and all(type(length) is int and length >= 0 for length in shape)):
        raise UnsafePickleError(
            'it holds an array that is not made of a shape, a type and bytes')
    expected = math.prod(shape) * dtype.value.itemsize
    if len(data) != expected:
        raise UnsafePickleError(
            f'it holds an array of shape {reprlib.repr(shape)} and type '
            f'{dtype.value} in {len(data)} bytes, expected {expected}')
    array = np.ndarray(shape, dtype.value, data,
                       order='F' if order == 'F' else 'C')
    if dtype.value.kind == 'b':
        return array.view(np.uint8) != 0  # a byte can be neither 0 nor 1
    return array.copy(order='K')


#: What pickles of arrays name, and what is called in its place.
STAND_INS: Dict[Tuple[str, str], Callable] = {
    ('numpy', 'ndarray'): PlainArray,
    ('numpy', 'dtype'): PlainDType,
}
for _package in ('numpy.core', 'numpy._core'):  # of NumPy 1, and of NumPy 2
    STAND_INS |= {(f'{_package}.multiarray', '_reconstruct'): _reconstruct,
                  (f'{_package}.multiarray', 'scalar'): _scalar,
                  (f'{_package}.numeric', '_frombuffer'): _frombuffer}


def resolve(content, opened: Tuple[type, ...] = ()):
    """What was unpickled, with arrays in the place of their stand-ins.

    Args:
        content: Anything; its dicts and lists are changed where they are.
        opened: Classes whose attributes are looked through as well.
    """
    return _Resolution(opened)(content)


class _Resolution:

    def __init__(self, opened: Tuple[type, ...]) -> None:
        self.opened = opened
        self.done: Dict[int, tuple] = {}  # each object, and what it became

    def __call__(self, content):
        if isinstance(content, (PlainArray, PlainDType)):
            return content.value
        if not isinstance(content, (dict, list, tuple, *self.opened)):
            return content
        if id(content) not in self.done:
            self.done[id(content)] = content, content
            self.done[id(content)] = content, self._resolved(content)
        return self.done[id(content)][1]

    def _resolved(self, content):
        if type(content) is tuple:
            return tuple(map(self, content))
        if isinstance(content, self.opened):
            self(vars(content))
        elif isinstance(content, dict):
            content.update({key: self(value)
                            for key, value in content.items()})
        elif isinstance(content, list):
            content[:] = map(self, content)
        return content
