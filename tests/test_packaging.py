"""Versions are said in one place each."""
import re

from tests.tiny import ROOT


def test_the_environment_takes_its_pins_from_the_files_that_hold_them():
    script = (ROOT / 'tools/setup_env.sh').read_text()
    assert not re.search(r'(torch|setuptools)[<>=]=\d', script)
    assert "grep '^torch==' \"$checkout/requirements/tested.txt\"" in script


def test_the_tested_torch_is_one_that_is_declared():
    """2.4 and 2.5 load checkpoints in another way."""
    declared = re.search(r"'torch>=(\d+)\.(\d+)'",
                         (ROOT / 'setup.py').read_text())
    tested = re.search(r'^torch==(\d+)\.(\d+)', (
        ROOT / 'requirements/tested.txt').read_text(), re.MULTILINE)
    least, found = (tuple(map(int, each.groups()))
                    for each in (declared, tested))
    assert (2, 6) <= least <= found
