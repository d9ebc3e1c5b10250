"""Where the system makes no links, as Windows for most users, copies do."""
import os
import runpy
from pathlib import Path
from unittest import mock

import pytest

from mmbapg.datasets.sources import fir
from tests.tiny import ROOT


@pytest.fixture
def without_links(monkeypatch):

    def refuse(*args, **kwargs):
        raise OSError(1314, 'A required privilege is not held by the client')

    monkeypatch.setattr(os, 'symlink', refuse)


@pytest.fixture
def build_with_mim(tmp_path, monkeypatch):
    """The build step of setup.py, for a checkout in a folder."""
    with mock.patch('setuptools.setup') as setup:
        names = runpy.run_path(str(ROOT / 'setup.py'))
    for name in ('configs', 'tools'):
        (tmp_path / name).mkdir()
        (tmp_path / name / 'some.py').write_text('')
    (tmp_path / 'model-index.yml').write_text('Import: []')
    kind = setup.call_args.kwargs['cmdclass']['build_py']
    assert kind is names['BuildWithMim']
    monkeypatch.setitem(kind.run.__globals__, 'ROOT', tmp_path)
    monkeypatch.setattr(kind.__mro__[1], 'run', lambda self: None)
    step = kind.__new__(kind)
    step.editable_mode, step.build_lib = True, str(tmp_path / 'build')
    return step


def contents(folder):
    return sorted(str(path.relative_to(folder))
                  for path in Path(folder).glob('**/*') if path.is_file())


SHIPPED = ['configs/some.py', 'model-index.yml', 'tools/some.py']


def test_links_of_a_checkout(build_with_mim, tmp_path):
    build_with_mim.run()
    build_with_mim.run()  # they are there
    place = tmp_path / 'mmbapg' / '.mim'
    assert all((place / name).is_symlink() for name in (
        'configs', 'tools', 'model-index.yml'))
    assert (place / 'configs' / 'some.py').is_file()


def test_copies_of_a_checkout(build_with_mim, tmp_path, without_links,
                              capsys):
    build_with_mim.run()
    assert contents(tmp_path / 'mmbapg' / '.mim') == SHIPPED
    assert 'install again after a change to configs' in capsys.readouterr().out


def test_what_is_built(build_with_mim, tmp_path, without_links):
    build_with_mim.editable_mode = False
    build_with_mim.run()
    assert contents(tmp_path / 'build' / 'mmbapg' / '.mim') == SHIPPED


@pytest.mark.parametrize('links', [True, False])
def test_a_local_copy_of_fir(tmp_path, links, request):
    if not links:
        request.getfixturevalue('without_links')
    source = tmp_path / 'source'
    (source / 'videos').mkdir(parents=True)
    (source / 'videos' / 'one.mp4').write_bytes(b'1')
    (source / 'annotations.json').write_text('{"database": {}}')
    folder = tmp_path / 'folder'
    fir.link_local_copy(source, folder)
    assert (folder / 'videos').is_symlink() == links
    assert (folder / 'videos' / 'one.mp4').read_bytes() == b'1'
