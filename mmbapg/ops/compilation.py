"""Numba, where it is installed."""
import warnings
from functools import cache
from importlib.util import find_spec
from typing import Callable


@cache
def has_numba() -> bool:
    """Whether loops can be compiled; without Numba they run as they are.

    Imports it, as an installed Numba need not work: one that was built for
    another NumPy ends in an ``ImportError``, a ``SystemError`` or worse. That
    is said once.
    """
    if find_spec('numba') is None:
        return False
    try:
        from numba import njit  # noqa: F401
    except Exception as error:
        warnings.warn(
            f'Numba is installed but cannot be imported ({error!r}): the '
            'loops of change points, NMS and mAP run without it, slower and '
            'with the same results; reinstall it, or uninstall it to see no '
            'more of this', RuntimeWarning, stacklevel=2)
        return False
    return True


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
