"""Proposals of two generators as those of one."""
import json

import numpy as np
import pytest

from mmbapg.apis.join_proposals import join_proposals
from mmbapg.datasets.annotations import AnnotationError
from mmbapg.evaluation import Segments
from mmbapg.evaluation.submission import read_submission, write_submission


def write(tmp_path, name, **videos):
    path = tmp_path / f'{name}.json'
    write_submission(str(path), {
        video: Segments(np.array([row[:2] for row in rows], float),
                        np.zeros(len(rows), int),
                        np.array([row[2] for row in rows], float))
        for video, rows in videos.items()}, ['proposal'])
    return str(path)


def test_concatenated_and_suppressed(tmp_path):
    one = write(tmp_path, 'one', v=[(0, 4, 0.8), (8, 9, 0.5)], w=[(0, 1, 0.1)])
    two = write(tmp_path, 'two', v=[(0, 5, 0.9)], w=[(2, 3, 0.2)])
    out = str(tmp_path / 'out.json')
    found = join_proposals([one, two], out, divisor=0.4)
    assert found['v'].segments.tolist() == [[0, 5], [8, 9], [0, 4]]
    decayed = 0.8 * np.exp(-0.8**2 / 0.4)
    assert found['v'].scores.tolist() == pytest.approx([0.9, 0.5, decayed])
    assert found['w'].segments.tolist() == [[2, 3], [0, 1]]
    again = read_submission(out, ['proposal'])
    assert again['v'].scores.tolist() == found['v'].scores.tolist()
    best = join_proposals([one, two], out, weights=[2, 1], max_proposals=1)
    assert best['v'].segments.tolist() == [[0, 4]]
    assert best['v'].scores.tolist() == [1.6]


def test_proposals_without_labels(tmp_path):
    """As MMAction2 writes those of its BMN."""
    one = write(tmp_path, 'one', v=[(0, 4, 0.8)])
    two = tmp_path / 'two.json'
    two.write_text(json.dumps(dict(results=dict(v=[
        dict(segment=[8, 9], score=0.9)]))))
    found = join_proposals([one, str(two)], str(tmp_path / 'out.json'))
    assert found['v'].segments.tolist() == [[8, 9], [0, 4]]


def test_what_cannot_be_joined(tmp_path):
    one = write(tmp_path, 'one', v=[(0, 4, 0.8)])
    two = write(tmp_path, 'two', v=[(0, 5, 0.9)], w=[])
    out = tmp_path / 'out.json'
    with pytest.raises(AnnotationError, match=(
            'two.json: found other videos than in .*one.json, expected the '
            'same; only one of the two knows 1 video: w')):
        join_proposals([one, two], str(out))
    for weights in ([1], [1, 0], [1, 1, 1]):
        with pytest.raises(ValueError, match=(
                'for 2 files, expected one above 0 for each')):
            join_proposals([one, one], str(out), weights)
    assert not out.exists()
