"""Tasks that need each other: order, figures and failures."""
from functools import partial

import pytest

from mmbapg.experiments.in_processes import in_processes

pytestmark = pytest.mark.usefixtures('warm_processes')


def write(folder, task):
    """Fails if what it needs is not there."""
    for source in NEEDED.get(task, ()):
        assert (folder / source).is_file()
    if task == 'broken':
        raise ValueError('this task fails')
    (folder / task).write_text(task)


NEEDED = dict(last=['left', 'right'], left=['first'], right=['first', 'kept'],
              first=[])


def test_each_comes_after_what_it_needs(tmp_path):
    write(tmp_path, 'kept')
    told = []
    in_processes(NEEDED, partial(write, tmp_path), 2, told.append)
    assert told[0] == 'first' and told[3] == 'last'
    assert sorted(told) == sorted(NEEDED)
    assert all((tmp_path / task).is_file() for task in NEEDED)


def test_after_a_failure_nothing_is_begun(tmp_path):
    told = []
    with pytest.raises(ValueError, match='this task fails'):
        in_processes({'broken': [], 'left': ['broken'], 'more': ['left']},
                     partial(write, tmp_path), 1, told.append)
    assert told == [] and not list(tmp_path.iterdir())
