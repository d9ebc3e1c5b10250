"""Boundaries by hand: which count, which pair, who finds what."""
import numpy as np
import pytest

from mmbapg.evaluation.boundary_comparison import (
    compare_boundaries,
    evenly_spaced,
)
from mmbapg.evaluation.boundary_f1 import (
    boundary_f1,
    boundary_pairs,
    detected_boundaries,
)


def times(*seconds):
    return np.array(seconds, dtype=float)


def test_each_boundary_has_one_pair():
    found, true = times(1.0, 1.1, 5.0, 20.0), times(1.0, 5.4, 9.0)
    pairs = boundary_pairs(found, true, 0.5)
    assert pairs.tolist() == [[0, 0], [2, 1]]
    assert boundary_f1(found, true, 0.5) == pytest.approx(4 / 7)
    assert boundary_f1(found, true, 0.0) == pytest.approx(2 / 7)


def test_pairs_are_as_many_as_there_can_be():
    # the nearest of all, 2.0 and 2.1, would leave 1.0 and 3.0 alone
    assert boundary_pairs(times(1.0, 2.1), times(2.0, 3.0), 1.0
                          ).tolist() == [[0, 0], [1, 1]]
    # among as many, the nearest: 4.0 is missed, not 3.0
    assert boundary_pairs(times(2.9), times(4.0, 3.0), 2.0
                          ).tolist() == [[0, 1]]


@pytest.mark.parametrize('found, true, expected', [
    ((), (), 1), ((3, ), (), 0), ((), (3, ), 0)])
def test_where_nothing_is_found_or_true(found, true, expected):
    assert boundary_f1(times(*found), times(*true), 1.0) == expected


SEGMENTS = np.array([[4, 8], [0, 6.0], [4.3, 8.2], [9, 10.0]])
SCORES = np.array([0.8, 0.9, 0.7, 0.2])


@pytest.mark.parametrize('number, apart, expected', [
    (0, 0.5, []),
    (1, 0.5, [6]),  # the best begins with the video
    (2, 0.5, [4, 6]),
    (4, 0.5, [4, 6, 8, 9]),  # 4.3 and 8.2 are 4 and 8 again
    (4, 0.25, [4, 4.3, 6, 8]),
    (9, 0.1, [4, 4.3, 6, 8, 8.2, 9]),  # 10 is the end of the video
])
def test_detections_give_boundaries_best_first(number, apart, expected):
    found = detected_boundaries(SEGMENTS, SCORES, number, 10.0, apart)
    assert found.tolist() == expected


def test_no_detections_give_no_boundaries():
    assert len(detected_boundaries(np.empty((0, 2)), np.empty(0), 3, 9.0)) == 0


def test_comparison():
    true = [times(10, 20, 30, 40), times(), times(5)]
    compared = compare_boundaries(
        dict(host=[times(10.2, 21, 33, 60), times(), times()],
             cuts=[times(12.1, 20, 31.9, 39), times(), times(9)]),
        true, tolerances=(0.25, 1.0))
    host, cuts = compared['host'], compared['cuts']
    # of the first video 1 of 4, then 2 of 4; the second is whole; the third
    # is missed
    assert host['f1'] == pytest.approx({'0.25': (1 / 4 + 1) / 3,
                                        '1': (2 / 4 + 1) / 3})
    assert host['missed'] == pytest.approx(3 / 5)
    assert host['false alarms'] == pytest.approx(2 / 4)
    # of 30, 40 and 5, the cuts find two; of 10 and 5, the host finds one
    assert host['misses found by'] == {'cuts': pytest.approx(2 / 3)}
    assert cuts['missed'] == cuts['false alarms'] == pytest.approx(2 / 5)
    assert cuts['misses found by'] == {'host': pytest.approx(1 / 2)}


def test_shares_of_nothing_are_not_told():
    compared = compare_boundaries(
        dict(all=[times(3)], none=[times()]), [times(3)])
    assert compared['all']['missed'] == 0
    assert compared['all']['misses found by'] == {'none': None}
    assert compared['none']['false alarms'] is None
    assert compared['none']['misses found by'] == {'all': 1}
    assert compare_boundaries(dict(x=[]), [], ())['x']['missed'] is None


def test_the_control_is_evenly_spaced():
    found, = evenly_spaced([times(1, 2, 3)], [8.0])
    assert found.tolist() == [2, 4, 6]
