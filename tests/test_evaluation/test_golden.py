"""The evaluators, against the reference implementations' figures."""
import numpy as np
import pytest

from mmbapg.evaluation import (
    Segments,
    average_precision,
    average_recall,
    recall_at_kx,
)
from tests import golden

NUMBERS = golden.load('tal_map_thumos14')
CLASSES = {name: index for index, name in enumerate(NUMBERS['classes'])}
THRESHOLDS = (0.3, 0.4, 0.5, 0.6, 0.7)


def columns(rows):
    return (np.array([row['segment'] for row in rows], float).reshape(-1, 2),
            np.array([CLASSES[row['label']] for row in rows], int))


@pytest.fixture(scope='module')
def truth():
    database = golden.load_json('tal_map_thumos14_groundtruth.json')
    return {name: Segments(*columns(entry['annotations']))
            for name, entry in database['database'].items()}


@pytest.fixture(scope='module')
def found():
    results = golden.load_json('tal_map_thumos14_predictions.json')['results']
    return {name: Segments(*columns(rows), np.array(
        [row['score'] for row in rows])) for name, rows in results.items()}


@pytest.mark.parametrize('convention,prefix', [('actionformer', 'af'),
                                               ('activitynet', 'anet')])
def test_average_precision(truth, found, convention, prefix):
    precision = np.array([
        average_precision(truth, found, label, THRESHOLDS, convention)
        for label in range(len(CLASSES))
    ])
    np.testing.assert_allclose(precision, NUMBERS[f'{prefix}_ap'], atol=1e-6)
    np.testing.assert_allclose(precision.mean(axis=0),
                               NUMBERS[f'{prefix}_map'], atol=1e-6)
    assert precision.mean() == pytest.approx(
        float(NUMBERS[f'{prefix}_avg']), abs=1e-6)


def test_the_conventions_differ_where_a_video_is_unknown(truth, found):
    diving = CLASSES['Diving']
    figures = [average_precision(truth, found, diving, THRESHOLDS, convention)
               for convention in ('actionformer', 'activitynet')]
    assert (figures[0] < figures[1]).any()


def test_recall_at_multiples_of_the_ground_truth(truth, found):
    recall = np.array([
        recall_at_kx(truth, found, label, THRESHOLDS, NUMBERS['af_topk'])
        for label in range(len(CLASSES))
    ])
    np.testing.assert_allclose(recall.transpose(1, 2, 0),
                               NUMBERS['af_recall'], atol=1e-6)


@pytest.mark.parametrize('most', [50, 100])
def test_average_recall(truth, found, most):
    known = {name: video.segments for name, video in truth.items()}
    proposals = {name: (video.segments, video.scores)
                 for name, video in found.items() if name in known}
    curve = average_recall(known, proposals, most)
    prefix = f'ar{most}_'
    np.testing.assert_allclose(curve.recall, NUMBERS[prefix + 'recall'],
                               atol=1e-6)
    np.testing.assert_allclose(curve.average_recall,
                               NUMBERS[prefix + 'average_recall'], atol=1e-6)
    np.testing.assert_allclose(curve.num_proposals,
                               NUMBERS[prefix + 'proposals_per_video'])
    assert curve.auc == pytest.approx(float(NUMBERS[prefix + 'auc']),
                                      abs=1e-4)
