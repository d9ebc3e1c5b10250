"""Config files of the checkout, each read once by a process that runs tests.

A config of a benchmark inherits from a dozen of others, and hundreds of tests
read them all. No test changes a file of the checkout.
"""
import copy
import os

from mmengine.config import Config

from tests.tiny import CONFIGS, ROOT

#: By path, and by name.
PLACES = (f'{CONFIGS}/', f'{ROOT}/mmbapg/.mim/configs/')
_read = Config._file2dict
_kept = {}


def _read_once(filename, *args, **kwargs):
    path = os.path.normpath(filename)
    if not path.startswith(PLACES):
        return _read(filename, *args, **kwargs)
    key = (path, args, tuple(sorted(kwargs.items())))
    if key not in _kept:
        _kept[key] = _read(path, *args, **kwargs)
    return copy.deepcopy(_kept[key])


def keep() -> None:
    """From now on; also of bases, which MMEngine reads by the same way."""
    Config._file2dict = staticmethod(_read_once)
