"""Numba, where it is installed."""
from importlib.util import find_spec
from typing import Callable


def has_numba() -> bool:
    """Whether loops can be compiled; without Numba they run as they are."""
    return find_spec('numba') is not None


def compiled(**options) -> Callable:
    """Decorate a function to be compiled by Numba when first called.

    What was compiled is kept on disk, where there is a place for it.

    Args:
        options: For ``numba.njit``.
    """
    from numba import njit

    def decorate(function: Callable) -> Callable:
        try:
            return njit(cache=True, nogil=True, **options)(function)
        except RuntimeError:  # neither the package nor a home can be written
            return njit(nogil=True, **options)(function)

    return decorate
