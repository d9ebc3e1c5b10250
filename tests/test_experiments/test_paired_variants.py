"""Variants of a host in pairs, and what is said of their differences."""
import numpy as np
import pytest

from mmbapg.experiments.cross_validation_report import Grid, report
from mmbapg.experiments.paired_variants import (
    groups_of_videos,
    paired_difference,
    spread,
)
from tests.test_experiments.test_cross_validation import write


def test_statistics():
    values = np.array([[1.0, 5.0], [3.0, 7.0]])
    mean, deviation = spread(values)
    assert (mean, deviation) == (4.0, pytest.approx(2 ** 0.5))
    assert spread(values[:1])[1] is None
    mean, error = paired_difference(values, np.array([[1, 4], [1, 6]]))
    assert mean == 1.0
    assert error == pytest.approx(np.std([0, 1, 2, 1], ddof=1) / 2)


def test_what_bapg_has_more_than_controls(tiny_cv):
    grid = Grid(['small'], ['host', 'bapg', 'bapg-even-cuts'], [], [0], [3])
    for run in grid.runs():
        write(tiny_cv, run)
    rows = report(tiny_cv, grid)['localization']['small']
    assert rows['bapg-even-cuts']['bapg against it'] == (
        pytest.approx(20), None)
    assert rows['bapg-even-cuts']['bapg interval'] == [100, 100]
    assert rows['bapg-even-cuts']['against host'][0] == 0
    assert 'bapg interval' not in {*rows['host'], *rows['bapg']}
    assert '| small, bapg-even-cuts | 10.0 | +20.0 | +100.0 to +100.0 |' in (
        tiny_cv.work_dir / 'tables.md').read_text()


def test_videos_of_a_person_are_drawn_together(tiny_cv):
    assert groups_of_videos(tiny_cv, [0, 1]) is None
    object.__setattr__(tiny_cv.dataset, 'group', 'subset')
    assert groups_of_videos(tiny_cv, [0, 1]) == {
        0: ['validation'] * 3, 1: ['training'] * 4}
