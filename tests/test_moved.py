"""Names of version 0.1 work where they were, and say where they are."""
import importlib
import sys
import warnings

import pytest

from mmbapg import moved

#: What README and docs named.
DOCUMENTED = [
    ('mmbapg.apis', 'TemporalLocalizationInferencer'),
    ('mmbapg.engine', 'add_bapg'),
    ('mmbapg.engine', 'BAPGRunner'),
    ('mmbapg.ops', 'unit_rows'),
]


def here(place, name):
    return getattr(importlib.import_module(place), name)


@pytest.mark.parametrize('place,name', DOCUMENTED)
def test_documented_names_stay(place, name):
    with warnings.catch_warnings():
        warnings.simplefilter('error')
        assert here(place, name)


@pytest.mark.parametrize('old,new', moved.NAMES.items())
def test_names_that_parted(old, new):
    with pytest.warns(DeprecationWarning, match=rf'is {new[0]}.{new[1]} now'):
        found = here(*old)
    assert found is here(*new)


@pytest.mark.parametrize('old,new', moved.MODULES.items())
def test_modules_that_are_no_more(old, new):
    target = importlib.import_module(new)
    names = [name for name, value in vars(target).items()
             if getattr(value, '__module__', '') == new]
    sys.modules.pop(old, None)
    assert names and old not in sys.modules
    with pytest.warns(DeprecationWarning, match='goes with the next version'):
        for name in names:
            if (old, name) not in moved.NAMES:
                assert here(old, name) is getattr(target, name)
    with pytest.raises(AttributeError, match='has no attribute'):
        here(old, 'never_there')


def test_what_never_was_is_not_found():
    with pytest.raises(ModuleNotFoundError, match='mmbapg.apis.never_there'):
        importlib.import_module('mmbapg.apis.never_there')


def test_configs_of_before_find_the_hook():
    from mmaction.registry import HOOKS
    assert HOOKS.get('DatasetCheckHook') is HOOKS.get('PreflightHook')
