"""Files that are there in full or not at all."""
import os

import pytest

from mmbapg.files import replace_file


def test_content_is_on_the_disk_before_its_name(tmp_path, monkeypatch):
    """So a power cut leaves the old file or the new one."""
    calls = []
    for name in ('fsync', 'replace'):
        original = getattr(os, name)
        monkeypatch.setattr(os, name, lambda *args, name=name, call=original: (
            calls.append((name, os.path.isdir(args[0]))), call(*args))[1])
    replace_file(tmp_path / 'new/file', lambda file: file.write(b'content'))
    assert calls == [('fsync', False), ('replace', False), ('fsync', True)]
    assert (tmp_path / 'new/file').read_bytes() == b'content'


@pytest.mark.parametrize('name', ['open', 'fsync'])
def test_folders_that_cannot_be_synchronized(tmp_path, monkeypatch, name):
    """Windows does not open them, some network drives refuse."""
    original = getattr(os, name)

    def refuse(target, *args):
        if os.path.isdir(target):
            raise PermissionError('a folder')
        return original(target, *args)

    monkeypatch.setattr(os, name, refuse)
    replace_file(tmp_path / 'file', lambda file: file.write(b'content'))
    assert (tmp_path / 'file').read_bytes() == b'content'


def test_a_writer_that_fails_leaves_the_old_file(tmp_path):
    (tmp_path / 'file').write_bytes(b'old')
    with pytest.raises(ZeroDivisionError):
        replace_file(tmp_path / 'file', lambda file: 1 / 0)
    assert [path.name for path in tmp_path.iterdir()] == ['file']
    assert (tmp_path / 'file').read_bytes() == b'old'
