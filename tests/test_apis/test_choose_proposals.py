"""Proposals of one file or another, by how long a video is."""
import json

import numpy as np
import pytest

from mmbapg.apis.choose_proposals import choose_proposals
from mmbapg.datasets.annotations import AnnotationError
from mmbapg.evaluation import Segments
from mmbapg.evaluation.submission import read_submission, write_submission

DURATIONS = dict(a=10.0, b=30.0, c=119.0, d=120.0)


@pytest.fixture
def files(tmp_path):
    """The annotations, and a file for each range, by whose number its
    proposals start."""
    (tmp_path / 'annotations.json').write_text(json.dumps(dict(database={
        name: dict(duration=duration, annotations=[])
        for name, duration in DURATIONS.items()})))
    paths = [str(tmp_path / f'{number}.json') for number in range(3)]
    for number, path in enumerate(paths):
        write_submission(path, {name: Segments(
            np.array([[number, 9.0]]), np.zeros(1, int), np.ones(1))
            for name in DURATIONS}, ['proposal'])
    return str(tmp_path / 'annotations.json'), paths


def test_by_duration(tmp_path, files):
    out = str(tmp_path / 'out.json')
    found = choose_proposals(*files, [30, 120], out)
    assert {name: video.segments[0, 0] for name, video in found.items()} == (
        dict(a=0, b=1, c=1, d=2))
    again = read_submission(out, ['proposal'])
    assert again['d'].segments.tolist() == [[2, 9]]


def test_what_does_not_fit(tmp_path, files):
    annotations, paths = files
    out = str(tmp_path / 'out.json')
    for edges in ([30], [120, 30], [30, 30]):
        with pytest.raises(ValueError, match='expected ascending edges, and'):
            choose_proposals(annotations, paths, edges, out)
    one = {'c': Segments(np.zeros((0, 2)), np.zeros(0, int), np.zeros(0))}
    write_submission(paths[1], one, ['proposal'])
    with pytest.raises(AnnotationError, match=(
            '1.json: found no proposals of video b, expected some, as it '
            'lasts 30 s')):
        choose_proposals(annotations, paths, [30, 120], out)
    write_submission(paths[1], dict(one, x=one['c']), ['proposal'])
    with pytest.raises(AnnotationError, match='found no video x, expected'):
        choose_proposals(annotations, [paths[1]], [], out)
