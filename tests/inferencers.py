"""Inferencers on stored features, small; their fixtures are those of
tests/test_apis/conftest.py."""
import json

import numpy as np

from mmbapg.apis import TemporalLocalizationInferencer


def inferencer(data, name='bapg', **kwargs):
    return TemporalLocalizationInferencer(
        data / f'{name}.py', data / f'{name}.pth', device='cpu',
        **{'input_format': 'feature', 'show_progress': False, **kwargs})


def inputs(data, *numbers):
    database = json.loads((data / 'annotations.json').read_text())['database']
    return [dict(feature=data / f'features/video{number}.npy', fps=16,
                 duration=database[f'video{number}']['duration'])
            for number in numbers]


def close(found, expected):
    assert [row['name'] for row in found] == [
        row['name'] for row in expected]
    for ours, theirs in zip(found, expected):
        assert len(ours['detections']) == len(theirs['detections']) > 0
        for kind in set(theirs) & {'detections', 'proposals'}:
            for field in ('segment', 'score'):
                np.testing.assert_allclose(
                    [row[field] for row in ours[kind]],
                    [row[field] for row in theirs[kind]], atol=1e-4)
