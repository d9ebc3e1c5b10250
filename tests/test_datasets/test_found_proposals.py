"""Proposals of a file."""
import json

import pytest

from mmbapg.datasets import (
    LoadFoundProposals,
    ProposalFileError,
    TrueProposals,
)

ROW = dict(segment=[1, 4.5], score=0.3, label='proposal')


def load(tmp_path, results, **settings):
    path = tmp_path / 'proposals.json'
    path.write_text(results if isinstance(results, str) else
                    json.dumps(dict(results=results)))
    return LoadFoundProposals(str(path), **settings).transform(
        dict(video_name='v'))['given_proposals']


def test_the_best_come_first(tmp_path):
    better = dict(segment=[0, 2], score=0.7)
    found = load(tmp_path, dict(v=[ROW, better], other=[]))
    assert found['segments'].tolist() == [[0, 2], [1, 4.5]]
    assert found['scores'].tolist() == [0.7, 0.3]
    found = load(tmp_path, dict(v=[ROW, better]), max_proposals=1)
    assert found['segments'].tolist() == [[0, 2]]
    assert load(tmp_path, dict(v=[]))['segments'].shape == (0, 2)


@pytest.mark.parametrize('results,message', [
    (dict(other=[]), 'found no proposals of video v, expected a list'),
    ('{', 'not a JSON file'),
    ('{"database": {}}', "found no field 'results', expected one"),
    ('{"results": {"v": 3}}', "found no field 'results', expected one"),
    (dict(v=[ROW, dict(ROW, segment=[4, 2])]),
     "video v: found {'segment': .4, 2.*, expected a proposal with 'segment'"),
    (dict(v=[dict(segment=[0, 1])]), 'expected a proposal with'),
    (dict(v=['no']), "video v: found no, expected a proposal"),
    (dict(v=[dict(ROW, score=float('nan'))]), 'expected a proposal with')])
def test_files_that_cannot_be_used(tmp_path, results, message):
    with pytest.raises(ProposalFileError, match=message):
        load(tmp_path, results)


def test_no_such_file(tmp_path):
    with pytest.raises(ProposalFileError, match=(
            'no.json: no such file of proposals, which ProposalRecallMetric')):
        LoadFoundProposals(f'{tmp_path}/no.json').transform(
            dict(video_name='v'))


def test_true_segments():
    found = TrueProposals().transform(dict(segments=[[1, 2], [3, 4]]))
    assert found['given_proposals']['scores'].tolist() == [1, 1]
    assert found['given_proposals']['segments'] == [[1, 2], [3, 4]]
