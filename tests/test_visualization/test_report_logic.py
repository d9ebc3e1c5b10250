"""The scripts of a report that need no browser, in Node.js."""
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.tiny import ROOT

STATIC = ROOT / 'mmbapg/visualization/report/static'

pytestmark = pytest.mark.skipif(
    not shutil.which('node'), reason='needs Node.js: apt-get install nodejs')


def node(*args):
    found = subprocess.run(['node', *map(str, args)], capture_output=True,
                           text=True)
    assert not found.returncode, found.stderr


def test_logic():
    node(Path(__file__).with_name('report_logic.js'), STATIC / 'logic.js')


@pytest.mark.parametrize('path', sorted(STATIC.glob('*.js')),
                         ids=lambda path: path.name)
def test_every_script_is_one(path):
    node('--check', path)
