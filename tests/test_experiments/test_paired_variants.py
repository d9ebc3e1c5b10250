"""Variants of a host in pairs, and what is said of their differences."""
import json

import numpy as np
import pytest

from mmbapg.apis.diagnosis import Diagnosis
from mmbapg.datasets.annotations import AnnotationError
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


def test_what_videos_share(tmp_path):
    """In the order of the videos that have labels."""
    path = tmp_path / 'annotations.json'
    path.write_text(json.dumps(dict(database={
        name: dict(duration=9, fold=int(name[1]), **more)
        for name, more in dict(
            b0=dict(annotations=[], person='Ann'), a1=dict(annotations=[]),
            a0=dict(annotations=[], person=7), d0=dict(),
            c0=dict(annotations=[], person='ann')).items()})))
    judges = {part: Diagnosis(str(path), where=dict(fold=part))
              for part in (0, 1)}
    assert groups_of_videos(judges, None) is None
    assert groups_of_videos({0: judges[0]}, 'person') == {
        0: ['ann', 7, 'ann']}
    with pytest.raises(AnnotationError, match=(
            r'annotations\.json: video a1, field person: found nothing, '
            'expected a text or a number to draw videos by')):
        groups_of_videos(judges, 'person')
