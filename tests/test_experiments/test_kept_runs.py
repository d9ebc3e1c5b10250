"""Finished runs are kept for the settings that they were made with."""
import json

import pytest

from mmbapg.experiments.kept_runs import (
    SETTINGS,
    KeptRunError,
    annotations_hash,
    begin,
    flat,
    keep,
    kept,
    shaping,
)
from mmbapg.experiments.paper_tables import (
    PaperTable,
    Row,
    RowRunner,
    run_table,
)
from tests import tiny

MADE = dict(train_cfg=dict(max_epochs=2), reaches=(1, 2), options={},
            annotations='abc')


@pytest.fixture
def path(tmp_path):
    path = tmp_path / 'run/figures.json'
    keep(path, dict(mAP=0.5), MADE)
    return path


def test_the_same_settings(path):
    assert kept(path, MADE) == dict(mAP=0.5)
    assert kept(path, dict(MADE, annotations=None)) == dict(mAP=0.5)
    assert kept(path.with_name('other.json'), MADE) is None


def test_a_run_that_was_only_begun_is_not_resumed_with_others(tmp_path):
    path = tmp_path / 'figures.json'
    begin(path, MADE)
    assert kept(path, MADE) is None
    with pytest.raises(KeptRunError, match='reaches.0 = 1, found 9 now'):
        kept(path, dict(MADE, reaches=(9, 2)))


@pytest.mark.parametrize('changed,found', [
    (dict(train_cfg=dict(max_epochs=3)),
     'train_cfg.max_epochs = 2, found 3 now;'),
    (dict(reaches=(1, 4)), 'reaches.1 = 2, found 4 now;'),
    (dict(reaches=(1, )), 'reaches.1 = 2, found None now;'),
    (dict(options={'model.head.margin': 1.0}), 'options = {}, found None now '
     'and 1 more;'),
    (dict(annotations='def', reaches=(3, 4)),
     "annotations = 'abc', found 'def' now and 2 more;")])
def test_other_settings_are_refused(path, changed, found):
    with pytest.raises(KeptRunError) as refused:
        kept(path, dict(MADE, **changed))
    assert str(refused.value) == (
        f'{path.parent}: holds a run with {found} give another folder for '
        'work, or remove this one to run it again')


def test_a_run_without_a_record_is_kept_with_a_word(path, logged):
    path.with_name(SETTINGS).unlink()
    assert kept(path, MADE) == dict(mAP=0.5)
    assert f'{path}: kept, although nothing tells' in logged()


def test_leaves():
    assert flat(dict(a=dict(b=[1, dict(c=2)], d={}), e=None)) == {
        'a.b.0': 1, 'a.b.1.c': 2, 'a.d': {}, 'e': None}


def test_what_shapes_a_config_is_read_again_when_it_changes(folder):
    name = str(tiny.localizer_config(folder))
    assert shaping(name)['train_cfg']['max_epochs'] == 2
    tiny.localizer_config(folder, epochs=3)
    assert shaping(name)['train_cfg']['max_epochs'] == 3
    assert 'log_level' not in shaping(name)


def test_a_table_refuses_rows_of_another_config_or_of_other_labels(folder):
    """A row that was finished before."""
    row = Row('host', str(tiny.localizer_config(folder)), (50.0, 45.0))
    table = PaperTable('Table 0', 'README.md', (0.5, ), (row, ))
    runner = RowRunner(folder / 'rows', folder, [])
    path = folder / 'rows/tiny/seed0/figures.json'
    keep(path, {'mAP@0.5': 0.5, 'mAP': 0.25}, dict(
        shaping(row.config), annotations=annotations_hash(
            folder / 'annotations.json')))
    assert run_table(table, runner, [0])
    tiny.localizer_config(folder, epochs=4)
    with pytest.raises(KeptRunError, match='train_cfg.max_epochs = 2, found 4'
                       ):
        run_table(table, runner, [0])
    tiny.localizer_config(folder)
    content = json.loads((folder / 'annotations.json').read_text())
    content['database']['video0']['annotations'].pop()
    (folder / 'annotations.json').write_text(json.dumps(content))
    with pytest.raises(KeptRunError, match='annotations = '):
        run_table(table, runner, [0])
