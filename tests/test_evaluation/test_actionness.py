"""Whether anything happens: AP, a linear layer, and both together."""
import numpy as np
import pytest
import torch

from mmbapg.apis.step_localization import (
    features_at,
    segment_times,
    step_localization,
)
from mmbapg.datasets import AnnotationError, FeatureFileError
from mmbapg.evaluation.actionness import (
    binary_average_precision,
    segment_labels,
)
from mmbapg.ops.logistic import fit_logistic

TRAIN, TEST = dict(subset='training'), dict(subset='validation')


def test_precision_by_hand():
    labels = np.array([1, 0, 1, 1, 0], dtype=bool)
    scores = np.array([5.0, 4, 3, 2, 1])
    assert binary_average_precision(scores, labels) == pytest.approx(
        (1 / 1 + 2 / 3 + 3 / 4) / 3)
    assert binary_average_precision(-scores, labels) == pytest.approx(
        (1 / 2 + 2 / 3 + 3 / 5) / 3)


def test_equal_scores_have_no_order():
    labels = np.array([1, 0, 0, 1], dtype=bool)
    for order in ([0, 1, 2, 3], [3, 1, 0, 2]):
        assert binary_average_precision(np.zeros(4), labels[order]) == 0.5
    assert np.isnan(binary_average_precision(np.ones(2), np.zeros(2, bool)))


def test_segments_are_labelled_by_their_middle():
    times = segment_times(1.0)
    assert times == pytest.approx([0.1, 0.3, 0.5, 0.7, 0.9])
    assert segment_labels(np.array([[0.3, 0.6], [0.5, 0.7]]),
                          times).tolist() == [0, 1, 1, 0, 0]
    assert not segment_labels(np.zeros((0, 2)), times).any()


def test_logistic_regression_reaches_the_optimum():
    torch.manual_seed(0)
    x = torch.randn(200, 4) * torch.tensor([1.0, 100, 1e-3, 1]) + 7
    y = (x[:, 0] + 0.5 * torch.randn(200)) > 7
    fitted = fit_logistic(x, y, decay=0.1)
    unit = (x.double() - fitted.mean) / fitted.scale
    error = fitted.scores(x).sigmoid() - y.double()
    gradient = unit.T @ error / len(x) + 0.1 * fitted.weight
    assert gradient.abs().max() < 1e-5 and error.mean().abs() < 1e-5
    assert (fitted.scores(x) > 0).eq(y).float().mean() > 0.8


def test_planted_actions_are_found(folder):
    file, embedded = folder / 'annotations.json', folder / 'embeddings'
    found = step_localization(str(file), [embedded], TRAIN, TEST)
    assert found.channels == 12 and 0.3 < found.positives < 0.7
    assert found.average_precision > found.positives + 0.2
    both = step_localization(str(file), [embedded, embedded], TRAIN, TEST)
    assert both.channels == 24 and both.segments == found.segments


def test_features_are_the_nearest_in_time(folder):
    times = np.array([0.0, 0.24, 0.26, 1e4])
    found = features_at('video0', [folder / 'embeddings'], times)
    stored = np.load(folder / 'features/video0.npy') + 0.1
    assert found == pytest.approx(stored[[0, 0, 1, len(stored) - 1]])


def test_what_cannot_be_compared(folder):
    file, embedded = str(folder / 'annotations.json'), folder / 'embeddings'
    with pytest.raises(AnnotationError, match='found video0 and 5 more in '
                       'both training .* expected different videos'):
        step_localization(file, [embedded], TRAIN, TRAIN)
    (embedded / 'video7.npz').unlink()
    with pytest.raises(FeatureFileError, match='video7.npz'):
        step_localization(file, [embedded], TRAIN, TEST)
    (folder / 'annotations.json').write_text(
        '{"database": {"a": {"duration": 2, "subset": "training", '
        '"annotations": []}, "b": {"duration": 2, "subset": "validation", '
        '"annotations": []}}}')
    for name in 'ab':
        (embedded / f'{name}.npz').write_bytes(
            (embedded / 'video0.npz').read_bytes())
    with pytest.raises(AnnotationError, match='found 0 of 10 segments of .*'
                       'training.* inside an instance, expected some'):
        step_localization(file, [embedded], TRAIN, TEST)
