import runpy
import sys

import pytest

from tests import tiny


@pytest.fixture
def tool(monkeypatch, capsys):
    """Runs a tool; gives its output, and what it ends with."""
    def run(name, *args):
        monkeypatch.setattr(sys, 'argv', [name, *map(str, args)])
        ending = None
        try:
            runpy.run_path(str(tiny.ROOT / 'tools' / name),
                           run_name='__main__')
        except SystemExit as stop:
            ending = stop.code
        return capsys.readouterr().out, ending
    return run
