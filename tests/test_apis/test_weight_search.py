"""Weights of an ensemble."""
import numpy as np
import pytest

from mmbapg.apis.weight_search import WeightSearch
from mmbapg.ops.simplex import shifted_shares, simplex_points


def test_all_points_once():
    points = simplex_points(3, 4)
    assert points.tolist() == sorted(
        [a, b, 4 - a - b] for a in range(5) for b in range(5 - a))
    assert simplex_points(1, 4).tolist() == [[4]]
    assert shifted_shares(np.array([2, 0, 1])).tolist() == [
        [1, 1, 1], [1, 0, 2], [3, 0, 0], [2, 1, 0]]


def test_the_best_of_the_fine_grid():
    """Of a smooth figure, a coarse grid and a few shifts find what the whole
    fine grid has; nothing is computed twice."""
    peak = np.array([0.13, 0.56, 0.31])
    asked = []

    def figure(weights):
        assert weights.sum() == pytest.approx(1)
        asked.append(tuple(weights))
        return -np.square(weights - peak).sum()

    found, = WeightSearch(3, 0.25, halvings=3)([figure])
    fine = simplex_points(3, 32) / 32
    best = min(fine, key=lambda each: np.square(each - peak).sum())
    assert found.tolist() == best.tolist()
    assert len(asked) == len({*asked}) < len(fine) / 5


def test_ties_are_broken_towards_equal_weights():
    search = WeightSearch(2, 0.25, halvings=1)
    flat, high = search([lambda weights: 1.0,
                         lambda weights: float(weights[0] < 0.4)])
    assert flat.tolist() == [0.5, 0.5]
    assert high.tolist() == [0.375, 0.625]
    # rounding is no difference
    again, = search([lambda weights: 1.0 + 1e-12 * weights[0]])
    assert again.tolist() == [0.5, 0.5]
