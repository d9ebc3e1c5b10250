"""``tools/data/*/prepare.py``, as commands."""
import runpy

import pytest

from tests import tiny
from tests.published_files import (
    OFFICIAL,
    bsn_files,
    epic_files,
    moments,
    thumos_videos,
    unannotated,
    write,
)


@pytest.fixture
def prepare(monkeypatch, capsys):
    """Runs ``tools/data/BENCHMARK/prepare.py``; gives what it prints."""
    def run(benchmark, *args):
        path = tiny.ROOT / 'tools/data' / benchmark / 'prepare.py'
        monkeypatch.setattr('sys.argv', [str(path), *map(str, args)])
        runpy.run_path(str(path), run_name='__main__')
        return capsys.readouterr().out
    return run


def test_the_prepare_scripts(tmp_path, prepare):
    out = tmp_path / 'out.json'
    source, info = bsn_files(tmp_path)
    assert 'training: 1 videos, 1 instances' in prepare(
        'activitynet', '--bsn', source, '--video-info', info, '--out', out)
    official = write(tmp_path / 'official.json', OFFICIAL)
    for args in (['activitynet', '--official', official],
                 ['hacs', official]):
        assert '2 videos, 2 classes' in prepare(*args, '--out', out)
    assert 'empty_classes = [2]' in prepare(
        'epic_kitchens100', epic_files(tmp_path), 'noun', '--out', out)
    assert 'training: 1 videos, 2 instances, 1 of them repeated' in prepare(
        'ego4d', moments(tmp_path), '--out', out)
    assert 'lack of features: 1 video: video' in prepare(
        'ego4d', moments(tmp_path), '--features', tmp_path, '--out', tmp_path)
    assert 'testing: 1 videos, 0 instances' in prepare(
        'ego4d', unannotated(tmp_path / 'test.json'), '--out', out)
    for args in (['activitynet', '--official', official], ['hacs', official]):
        assert 'testing: 1 videos, 0 instances' in prepare(
            *args, '--testing', '--out', out)
    thumos = write(tmp_path / 'a.json', dict(database=thumos_videos()))
    assert "ground_truth='thumos14-afsd': 2 videos, 6 instances" in prepare(
        'thumos14', '--actionformer', thumos, '--out', tmp_path / 't.json')
    actions = write(tmp_path / 'm.json', {'video_test_0000001': dict(
        subset='testing', duration=100.0, actions=[[12, 1.5, 2.5]])})
    assert 'testing: 1 videos, 1 instances' in prepare(
        'multithumos', actions, '--thumos14', tmp_path / 't.json', '--out',
        out)


def test_a_prepare_script_ends_with_one_sentence(tmp_path, prepare):
    with pytest.raises(SystemExit) as ended:
        prepare('hacs', tmp_path / 'gone.json', '--out', tmp_path / 'o.json')
    assert str(ended.value) == f'error: {tmp_path / "gone.json"}: no such file'


def test_data_without_licence_are_not_downloaded(tmp_path, prepare):
    with pytest.raises(SystemExit) as ended:
        prepare('vts', '--out', tmp_path / 'vts')
    assert str(ended.value).startswith(f'{tmp_path}/vts: not filled: ')
    for words in ('AdamGoldbraikh/Action-Segmentation-Using-Kinematic-Data '
                  '(commit a610975), where the data come from',
                  'nothing of it may be redistributed',
                  'give a local copy by --source'):
        assert words in str(ended.value)
