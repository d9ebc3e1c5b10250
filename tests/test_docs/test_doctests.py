"""Examples in docstrings give what they say."""
import doctest
import importlib

import pytest

from tests.tiny import ROOT

MODULES = sorted(
    '.'.join(path.relative_to(ROOT).with_suffix('').parts)
    for path in (ROOT / 'mmbapg').rglob('*.py')
    if '>>> ' in path.read_text('utf-8'))


@pytest.mark.parametrize('name', MODULES)
def test_examples(name):
    result = doctest.testmod(importlib.import_module(name))
    assert result.attempted and not result.failed
